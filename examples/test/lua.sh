#!/bin/sh
# SPDX-License-Identifier: MIT
# lua.sh - examples/nginx-lua in plain LuaJIT: its declarations lie where those
# of the headers do, and it translates as the command does.
. examples/test/common.sh

lua=$BUILD/examples/nginx-lua

# It has no use for the events one by one.
"$BUILD/examples/layout" | grep -v sluice_batch_event >"$dir/want"
luajit examples/test/layout.lua "$lua" <"$dir/want" >"$dir/got" 2>"$dir/err"
want 'its status' 0 $?
want_same "$dir/want" "$dir/got"
verdict 'the structs are those of the headers'

count=0
for stream in corpus/*.sse; do
  [ ! -e "${stream%.sse}.opts" ] || continue
  count=$((count + 1))
  "$SLUICE" translate --seed 7 "$stream" >"$dir/want" 2>/dev/null
  rv=$?
  luajit "$lua/translate.lua" 7 <"$stream" >"$dir/got" 2>"$dir/err"
  want "$stream: its status" $((rv == 1)) $?
  want_same "$dir/want" "$dir/got"
done
[ $count -gt 100 ] || wrong="only $count streams"
verdict "every stream of the corpus is what sluice translate makes of it"

"$SLUICE" translate --seed 7 --max-output 50 corpus/seed-002.sse >"$dir/want" \
  2>/dev/null
(cd "$lua" && luajit -e '
  local sluice = require "sluice"
  local t = sluice.new { seed = 7, max_output = 50 }
  local out, status = "", 0
  for line in io.lines(arg[1], "*L") do
    local events
    events, status = t:feed(line)
    out = out .. events
    if status < 0 then break end
  end
  io.write(out, (t:finish()))
  io.stderr:write(sluice.status_name(status), "\n")
' /dev/null "$root/corpus/seed-002.sse") >"$dir/got" 2>"$dir/err"
want_same "$dir/want" "$dir/got"
want 'the code' ERR_LIMIT "$(cat "$dir/err")"
verdict 'a limit ends the response'

(cd "$lua" && luajit -e '
  local sluice = require "sluice"
  print(pcall(sluice.new, { seed = 1, nonsense = 2 }))
  print(pcall(sluice.new, { seed = 1, request = "[]" }))
  print(sluice.new({ seed = 1 }):fail("gone", "it went \"away\""))
  for i = 1, 20000 do
    sluice.new({ seed = i, model = "m" .. i }):finish()
  end
  collectgarbage()
  print(collectgarbage("count") < 10000)
') >"$dir/out" 2>&1
want 'its status' 0 $?
want_in "$dir/out" "false.*no member named 'nonsense'"
want_in "$dir/out" 'false.*sluice_translator: ERR_ARG'
want_in "$dir/out" '"message":"it went \\"away\\""'
want 'the end' true "$(tail -n 1 "$dir/out")"
verdict 'mistakes are errors of Lua, and nothing piles up'

exit $failed
