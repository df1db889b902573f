-- SPDX-License-Identifier: MIT
-- As `sluice translate`, in Lua:  luajit translate.lua [SEED] <answer.sse
package.path = arg[0]:match("^(.-)[^/]*$") .. "?.lua;" .. package.path
local sluice = require "sluice"
local t = sluice.new { seed = tonumber(arg[1] or 0) }

for chunk in function() return io.read(65536) end do
  local events, status = t:feed(chunk)
  io.write(events)
  if status < 0 then
    break
  end
end
local events, status = t:finish()
io.write(events)
os.exit(status < 0 and 1 or 0)
