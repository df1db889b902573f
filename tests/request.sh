#!/bin/sh
# SPDX-License-Identifier: MIT
# request.sh - `sluice request` as a user meets it. What a request becomes is
# the affair of tests/request*_test.c. Run from the root of the tree; SLUICE
# names the command.
set -u
LC_ALL=C
export LC_ALL
: "${SLUICE:=build/sluice}"

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-request.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
. tests/lib-verdict.sh

# run ARGUMENT...: the command, with $dir/out, $dir/err and $status. Not in a
# pipeline, which would keep the status.
run() {
  "$SLUICE" request "$@" >"$dir/out" 2>"$dir/err"
  status=$?
}

# Each of these names what is wrong in $wrong, the first time.
want_out() { # all of stdout
  [ "$(cat "$dir/out")" = "$1" ] ||
    wrong=${wrong:-"stdout is $(cat "$dir/out"), not $1"}
}
want_in_out() { # a text in stdout
  grep -q -F -e "$1" "$dir/out" || wrong=${wrong:-"stdout has no $1"}
}
want_error() { # one line, and a text in it
  [ "$(wc -l <"$dir/err")" -eq 1 ] ||
    wrong=${wrong:-"stderr has $(wc -l <"$dir/err") lines, not 1"}
  grep -q -F -e "$1" "$dir/err" ||
    wrong=${wrong:-"stderr has no $1: $(head -n 1 "$dir/err")"}
}

plain='{"model":"m","input":"q"}'
chat='{"model":"m","messages":[{"role":"user","content":"q"}]}'
printf '%s' "$plain" >"$dir/plain.json"

run "$dir/plain.json"
want_status 0
want_out "$chat"
want_silence err
verdict 'a file becomes a chat request'

run - <"$dir/plain.json"
want_status 0
want_out "$chat"
verdict 'so does stdin as -'

run <"$dir/plain.json"
want_status 0
want_out "$chat"
verdict 'and without an operand'

run --model other "$dir/plain.json"
want_in_out '"model":"other"'
verdict '--model asks for another'

# ---- tools ----

cat >"$dir/tools.json" <<'END'
{"model": "m", "stream": true, "metadata": {"k": "v"}, "input": "q", "tools": [
  {"type": "namespace", "name": "n", "tools": [{"type": "custom", "name": "p"}]},
  {"type": "web_search"}]}
END

run "$dir/tools.json"
want_status 1
want_in_out '"param":"tools[1].type"'
want_error 'refused with HTTP status 400'
verdict 'what is refused is said, and the error is on stdout'

run --drop-tools --separator - "$dir/tools.json"
want_status 0
want_in_out '"name":"n-p"'
[ "$(wc -l <"$dir/err")" -eq 2 ] || wrong='not two lines on stderr'
grep -q 'tool-dropped), 1$' "$dir/err" || wrong='no tool-dropped'
verdict 'what is left out is said'

cat >"$dir/hosted.json" <<'END'
{"web_search": {"function": {"name": "search"}, "call": "web_search_call"},
 "mcp": [{"server_label": "w", "name": "ask", "call": "mcp_call",
          "function": {"name": "w_ask"}}, {"function": {"name": "any"}}]}
END
run --hosted "$dir/hosted.json" "$dir/tools.json"
want_status 0
want_in_out '{"type":"function","function":{"name":"search"}}'
verdict '--hosted says what stands for hosted tools'

run --hosted "$dir/hosted.json" --show tools "$dir/tools.json"
want_out '{"n__p":{"type":"custom","namespace":"n","name":"p"},"search":{"type":"web_search_call"}}'
cp "$dir/out" "$dir/table.json"
verdict '--show tools is a table for translate'

printf '{"model":"m","input":"q","tools":[{"type":"mcp","server_label":"w"}]}' \
  >"$dir/mcp.json"
run --hosted "$dir/hosted.json" --show tools "$dir/mcp.json"
want_status 0
want_out '{"w_ask":{"type":"mcp_call","server_label":"w","name":"ask"},"any":{"type":"function","server_label":"w"}}'
verdict 'with all that it knows'

run --drop-tools --show echo "$dir/tools.json"
want_in_out '{"store":false,"model":"m","stream":true,"metadata":{"k":"v"},'
cp "$dir/out" "$dir/echo.json"
verdict '--show echo is the request without its input'

# The whole way round.
printf 'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"n__p","arguments":"{\\"input\\":\\"x\\"}"}}]},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n' |
  "$SLUICE" collect --tools "$dir/table.json" --request "$dir/echo.json" \
    >"$dir/out" 2>"$dir/err"
status=$?
want_status 0
want_in_out '"type":"custom_tool_call"'
want_in_out '"name":"p","namespace":"n"'
want_in_out '"metadata":{"k":"v"}'
verdict 'both lead back to the names of the client'

# ---- options ----

printf '{"model":"m","input":"q","top_k":3,"seed":4,"max_output_tokens":5}' \
  >"$dir/more.json"
run --pass-unknown --omit seed,x --max-completion-tokens "$dir/more.json"
want_status 0
want_in_out '"max_completion_tokens":5,"top_k":3}'
verdict 'flags and --omit are obeyed'

names=$(seq -s , 1 65)
run --omit "$names" "$dir/plain.json"
want_status 2
want_error 'at most 64 names'
verdict 'too many names for --omit'

run --separator '.' "$dir/plain.json"
want_status 2
want_silence out
want_error '--separator'
verdict 'a separator that no name can have'

run --max-request 5 "$dir/plain.json"
want_status 1
want_in_out '"code":"request_too_large"'
want_error 'HTTP status 413'
verdict 'limits are options'

for bad in '[]' '{"a":5}' '{"a":{"function":{}}}' \
  '{"a":{"function":{"name":"f"},"call":"x"}}' \
  '{"a":{"function":{"name":"f"},"name":5}}' '{"a":[5]}'; do
  printf '%s' "$bad" >"$dir/bad.json"
  run --hosted "$dir/bad.json" "$dir/plain.json"
  want_status 2
  want_silence out
  want_error 'bad.json: byte'
done
verdict 'a file of --hosted that is wrong'

printf '{"a":{"function":{"name":"f"}},"b":{"function":{"name":"f"}}}' \
  >"$dir/bad.json"
run --hosted "$dir/bad.json" "$dir/plain.json"
want_status 2
want_error 'each another'
verdict 'two hosted functions of one name'

run "$dir/none.json"
want_status 2
want_error 'none.json'
verdict 'a file that is not there'

run --hosted "$dir/none.json" "$dir/plain.json"
want_status 2
want_error 'none.json'
verdict 'a --hosted file that is not there'

# ---- errors of an upstream ----

printf '{"error":"too many"}' >"$dir/answer.json"
run --upstream-error 429 "$dir/answer.json"
want_status 0
want_out '{"error":{"message":"too many","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}'
want_error 'HTTP status 429'
verdict 'the error of an upstream, as the client gets it'

run --help
want_status 0
want_in_out 'usage: sluice request [OPTION...] [FILE]'
want_in_out '  1  the request is refused; stdout has the error'
verdict 'help has examples and exit statuses'

exit $failed
