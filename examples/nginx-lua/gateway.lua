-- SPDX-License-Identifier: MIT
-- What nginx.conf calls in each phase of a request.
local sluice = require "sluice"
local gateway = {}

-- nginx makes $sluice_seed from 128 random bits in hex, of which 64 are enough.
local function seed()
  local hex = ngx.var.sluice_seed
  return tonumber(hex:sub(1, 8), 16) * 2 ^ 32 + 0ULL + tonumber(hex:sub(9, 16), 16)
end

-- The upstream's answer begins: a stream is translated, all else goes to the client as it is.
function gateway.header_filter()
  if ngx.status == 200 then
    ngx.header.content_length = nil
    ngx.header.content_type = "text/event-stream"
    ngx.ctx.translator = sluice.new { seed = seed() }
  end
end

-- A piece of it. When the upstream is cut or times out, nginx sends no end: it calls once more, without bytes, and then knows how
-- long the upstream took.
function gateway.body_filter()
  local t, chunk, over = ngx.ctx.translator, ngx.arg[1], ngx.arg[2]
  if not t then
    return
  end
  local events = t:feed(chunk)
  if over or chunk == "" and ngx.var.upstream_response_time ~= "-" then
    events = events .. t:finish()
    ngx.arg[2] = true
    ngx.ctx.translator = nil
  end
  ngx.arg[1] = events
end

return gateway
