-- SPDX-License-Identifier: MIT
-- What nginx.conf calls in each phase of a request.
local sluice = require "sluice"
local gateway = {}

-- nginx makes $sluice_seed of 128 random bits in hex, of which 64 are enough.
local function seed()
  local hex = ngx.var.sluice_seed
  return tonumber(hex:sub(1, 8), 16) * 2 ^ 32 + 0ULL + tonumber(hex:sub(9, 16), 16)
end

-- What nginx keeps in memory, or in a file when it is long.
local function body_of_request()
  ngx.req.read_body()
  local path = ngx.req.get_body_file()
  if not path then
    return ngx.req.get_body_data() or ""
  end
  local file = assert(io.open(path, "rb"))
  local body = file:read "*a"
  file:close()
  return body
end

-- The client's request goes upstream as a chat request.
function gateway.access()
  local chat, translator, streams = sluice.request(body_of_request(), { seed = seed() })
  if not chat then
    local status, body = translator, streams
    ngx.status = status
    ngx.header.content_type = "application/json"
    ngx.print(body)
    return ngx.exit(status)
  end
  ngx.req.set_body_data(chat)
  ngx.ctx.translator, ngx.ctx.streams = translator, streams
end

-- The upstream's answer begins.
function gateway.header_filter()
  local ctx = ngx.ctx
  if not ctx.translator then
    return
  end
  ngx.header.content_length = nil
  ngx.header.content_type = "application/json"
  if ngx.status ~= 200 then
    ctx.failed = ngx.status
    ngx.status = sluice.upstream_error(ngx.status, "")
  elseif ctx.streams then
    ngx.header.content_type = "text/event-stream"
  end
end

-- When the upstream is cut or times out, nginx sends no end: it calls once more, without bytes, and then knows how long the
-- upstream took.
local function is_over()
  return ngx.arg[2] or ngx.arg[1] == "" and ngx.var.upstream_response_time ~= "-"
end

-- A piece of the answer: a stream goes on as it comes, anything else when it is whole.
function gateway.body_filter()
  local ctx, over = ngx.ctx, is_over()
  local translator, out = ctx.translator, ""
  if not translator then
    return
  elseif ctx.failed then
    ctx.body = (ctx.body or "") .. ngx.arg[1]:sub(1, 65536)
    if over then
      out = select(2, sluice.upstream_error(ctx.failed, ctx.body))
    end
  else
    out = translator:feed(ngx.arg[1])
    if over then
      out = out .. translator:finish()
    end
    if not ctx.streams then
      out = over and translator:response() or ""
    end
  end
  if over then
    ctx.translator = nil
    ngx.arg[2] = true
  end
  ngx.arg[1] = out
end

return gateway
