#!/bin/sh
# SPDX-License-Identifier: MIT
# echo.sh - the option --request: what it shows, and what it says of a file that
# is none. Run from the root of the tree; SLUICE names the command. The last
# part needs python3 and ../shared, and is skipped without them.
set -u
LC_ALL=C
export LC_ALL
: "${SLUICE:=build/sluice}"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-echo.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
failed=0
stream=corpus/request-shown.sse

ok() { printf 'ok - %s\n' "$1"; }
not_ok() {
  printf 'not ok - %s - %s\n' "$1" "$2"
  failed=1
}

# refused NAME PATTERN: --request with $dir/request ends with status 2 before
# anything is written, and one line that has the pattern.
refused() {
  for command in translate collect; do
    "$SLUICE" $command --request "$dir/request" $stream \
      >"$dir/out" 2>"$dir/err"
    status=$?
    if [ $status -ne 2 ]; then
      not_ok "$command: $1" "exit status $status, not 2"
    elif [ -s "$dir/out" ]; then
      not_ok "$command: $1" "something was written"
    elif [ "$(wc -l <"$dir/err")" -ne 1 ]; then
      not_ok "$command: $1" "not one line: $(cat "$dir/err")"
    elif ! grep -q "^sluice: $dir/request: $2" "$dir/err"; then
      not_ok "$command: $1" "$(cat "$dir/err")"
    else
      ok "$command: $1"
    fi
  done
}

refused 'a file that is not there' 'No such file'
mkdir "$dir/request"
refused 'a directory' 'Is a directory'
rmdir "$dir/request"
: >"$dir/request"
refused 'an empty file' 'byte 0: no JSON at all'
printf '  \n ' >"$dir/request"
refused 'a blank file' 'byte 4: no JSON at all'
printf '{"model": "m", "tools" [' >"$dir/request"
refused 'a file that is not JSON' 'byte 2[0-9]: not JSON'
printf '{"model": "\\x"}' >"$dir/request"
refused 'an escape that is none' 'byte 11: not an escape'
printf ' [{"model":"m"}]' >"$dir/request"
refused 'a list' 'byte 1: this is no JSON object'
printf '{} {}' >"$dir/request"
refused 'two requests' 'byte 3: a second JSON text'
printf '{"a":%0300d%0300d}' 0 0 | tr 0 '[' >"$dir/request"
refused 'too deep' 'byte [0-9]*: more than max_depth levels of JSON'
"$SLUICE" collect --request >"$dir/out" 2>"$dir/err"
if [ $? -eq 2 ] && [ "$(wc -l <"$dir/err")" -eq 1 ]; then
  ok 'no file named'
else
  not_ok 'no file named' "$(cat "$dir/err")"
fi

# The settings, in events and in the one object; a word on stderr when a value
# is not shown, and none otherwise.
printf '{"model":"asked","temperature":0.30,"user":"u"}' >"$dir/request"
"$SLUICE" translate --format jsonl --request "$dir/request" $stream \
  >"$dir/out" 2>"$dir/err"
if [ "$(grep -c '"model":"asked".*"temperature":0.30,.*"user":"u"' \
  "$dir/out")" -eq 3 ] && [ ! -s "$dir/err" ]; then
  ok 'translate shows the settings in three events'
else
  not_ok 'translate shows the settings in three events' "$(cat "$dir/err")"
fi
"$SLUICE" collect --request="$dir/request" - <$stream >"$dir/out" 2>"$dir/err"
if grep -q '"model":"asked".*"temperature":0.30,.*"user":"u"' "$dir/out"; then
  ok 'collect shows the settings'
else
  not_ok 'collect shows the settings' "$(cat "$dir/out" "$dir/err")"
fi
printf '{"temperature":3,"top_p":"1"}' >"$dir/request"
"$SLUICE" collect --request "$dir/request" $stream >"$dir/out" 2>"$dir/err"
if [ $? -eq 0 ] && grep -q "^sluice: $dir/request: 2 values " "$dir/err" &&
  grep -q '"temperature":1.0,.*"top_p":1.0,' "$dir/out"; then
  ok 'wrong values are counted on stderr'
else
  not_ok 'wrong values are counted on stderr' "$(cat "$dir/err")"
fi

# Whatever stands in a request, the response is one that the schema allows.
if [ -f ../shared/spec/check_events.py ] && command -v python3 >/dev/null; then
  sed -n 's/^request=//p' corpus/request-shown.opts >"$dir/rich"
  if python3 tests/echo.py "$SLUICE" $stream "$dir/rich" "$dir" \
    >"$dir/out" 2>&1; then
    ok "$(tail -n 1 "$dir/out")"
  else
    cat "$dir/out"
    not_ok 'what the schema allows' "$(tail -n 1 "$dir/out")"
  fi
else
  printf 'skip - what the schema allows - %s\n' 'no ../shared, or no python3'
fi
exit $failed
