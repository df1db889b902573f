-- SPDX-License-Identifier: MIT
-- Reads the lines of layout.c and prints them as they are here:  luajit layout.lua FOLDER <LINES
package.path = arg[1] .. "/?.lua"
require "sluice"
local ffi = require "ffi"

for line in io.lines() do
  local struct, member = line:match "^(%S+) (%S+)"
  if member == "=" then
    print(("%s = %d"):format(struct, ffi.sizeof(struct)))
  else
    print(("%s %s %d"):format(struct, member, ffi.offsetof(struct, member) or -1))
  end
end
