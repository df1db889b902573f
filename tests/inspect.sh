#!/bin/sh
# SPDX-License-Identifier: MIT
# inspect.sh - `sluice inspect` and `sluice collect --chat` as a user meets
# them. Run from the root of the tree; SLUICE names the command.
set -u
LC_ALL=C
export LC_ALL
: "${SLUICE:=build/sluice}"
case $SLUICE in
  /*) ;;
  *) SLUICE=$PWD/$SLUICE ;;
esac
unset NO_COLOR
corpus=corpus

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-inspect.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
. tests/lib-verdict.sh

# run ARGUMENT...: the command, with $dir/out, $dir/err and $status.
run() {
  "$SLUICE" "$@" >"$dir/out" 2>"$dir/err"
  status=$?
}

# Each of these names what is wrong in $wrong, the first time.
want_out() { # a pattern of grep -E, in stdout
  grep -q -E -e "$1" "$dir/out" || wrong=${wrong:-"stdout has no $1"}
}
want_no_out() {
  ! grep -q -E -e "$1" "$dir/out" || wrong=${wrong:-"stdout has $1"}
}
want_error() { # one line, and a pattern in it
  [ "$(wc -l <"$dir/err")" -eq 1 ] ||
    wrong=${wrong:-"stderr has $(wc -l <"$dir/err") lines, not 1"}
  grep -q -E -e "$1" "$dir/err" ||
    wrong=${wrong:-"stderr has no $1: $(head -n 1 "$dir/err")"}
}

# A row of the report: `  label   value`.
want_row() {
  want_out "^  $1  +$2"
}

chunk() { # text (JSON, escaped), finish reason (JSON)
  printf 'data: {"id":"c","created":7,"model":"m","choices":[{"index":0,'
  printf '"delta":{"content":"%s"},"finish_reason":%s}]}\n\n' "$1" "${2:-null}"
}

# ---- what the report says ----

test_good() {
  run inspect $corpus/seed-001.sse
  want_status 0
  want_silence err
  want_out '^corpus/seed-001.sse: a chat-completions stream$'
  want_row response 'completed$'
  want_row end 'a finish reason, \[DONE\]$'
  want_row events '40 events: 39 chunks, \[DONE\]; 1 comment$'
  want_row id 'rec-f6960cae871e$'
  want_row model 'gpt-4o-2024-08-06$'
  want_row usage 'input 707 .* output 37 .* total 744$'
  want_out '^Choice 0$'
  want_row text '172 characters in 36 deltas$'
  want_out 'I could not find specific marketing updates'
  want_out 'let me know so I can search for that information\.'
  want_row 'finish reason' 'stop: a regular end$'
  want_no_out '^First bad byte$'
  want_no_out '^Timing$'
  verdict 'a good stream: ending, input, choice'

  run inspect $corpus/f01-index-zero-thrice.sse
  want_status 0
  want_row 'call 1' 'read, call_a$'
  want_row 'call 3' 'read, call_c$'
  want_out '7 bytes of arguments: complete JSON$'
  want_row call-index-reused '2 times: a new call at a used index$'
  want_out '^ +first at byte 339, line 5, event 2$'
  verdict 'calls, and an oddity with its place'

  run inspect $corpus/d06-two-choices.sse
  want_status 0
  want_out '^Choice 0$'
  want_out '^Choice 1$'
  want_out 'Hi there'
  want_out 'Bye now'
  want_row other-choice '.*not translated'
  verdict 'every choice is shown'

  run inspect $corpus/d07-ids-change.sse
  want_row id '3 different: a\.1, a\.2, a\.3$'
  verdict 'ids that change'

  run inspect $corpus/e04-reasoning.sse
  want_row reasoning '.* from reasoning$'
  verdict 'the field that brought the reasoning'

  run inspect $corpus/f08-no-id.sse
  want_row 'call 1' '.*, no id$'
  verdict 'a call without id has none'

  run inspect $corpus/f16-function-call.sse
  want_row 'function call' 'f$'
  verdict 'a legacy call'
}

test_endings() {
  run inspect $corpus/g09-length.sse
  want_status 3
  want_silence err
  want_row response 'incomplete: cut at the token limit$'
  verdict 'incomplete: status 3'

  run inspect $corpus/g07-cut.sse
  want_status 1
  want_silence err
  want_row response failed
  want_row where 'at the end of the input, byte 219$'
  want_row why upstream_truncated
  want_row end 'no finish reason, no \[DONE\]$'
  verdict 'a cut stream: status 1, nothing on stderr'

  run inspect $corpus/a19-broken-frame.sse
  want_status 1
  want_row where 'byte 253, line 5, event 2$'
  want_row events '5 events: 3 chunks, 1 bad, 3 after the end; 1 comment$'
  want_out '^First bad byte$'
  want_row where 'byte 253, line 5, event 2, column 42$'
  # What the caret points at.
  awk '/^ *\^$/ { print substr(before, length) } { before = $0 }' "$dir/out" |
    grep -q -E '^i?d":"3"}$' || wrong=${wrong:-'the caret is elsewhere'}
  verdict 'a broken frame: the bad byte, its line, a caret'

  run inspect $corpus/b04-error-after-text.sse
  want_status 1
  want_row why 'died'
  want_row end '.*, an error$'
  verdict "an upstream's error"
}

# kind FILE PATTERN STATUS
kind() {
  run inspect "$1"
  want_status "$3"
  want_silence err
  want_out "^[^ ]*: $2\$"
  verdict "kind of input: $2"
}

test_kinds() {
  kind $corpus/b07-html.sse 'HTML, no stream' 1
  want_row 'begins with' '<!DOCTYPE html>'
  verdict 'HTML: its beginning'
  kind $corpus/b07-binary.sse 'no event stream' 1
  kind $corpus/b08-nothing.sse 'nothing' 1
  kind $corpus/b06-body.sse 'a whole chat.completion' 0
  kind $corpus/b06-body-error.sse 'a JSON error, no stream' 1
  kind $corpus/b06-body-other.sse 'JSON, but no chat completion' 1
  kind $corpus/b06-body-cut.sse 'broken JSON, no stream' 1
  want_row why 'the JSON breaks off here'
  verdict 'a body that breaks off'
  "$SLUICE" translate $corpus/seed-001.sse >"$dir/responses.sse"
  kind "$dir/responses.sse" 'a Responses stream, no chat completion' 1

  printf '{"request":{"body":{"messages":[]}},"response":{"body":[' \
    >"$dir/recording.json"
  printf '{"__data__":{"id":"r","choices":[{"index":0,"delta":{"content":' \
    >>"$dir/recording.json"
  printf '"Hi"},"finish_reason":"stop"}]}}]}}' >>"$dir/recording.json"
  kind "$dir/recording.json" 'a recording: a chat-completions stream' 0
}

# ---- safe to look at ----

test_harmless() {
  {
    chunk 'a\u001b[31mred\u0007\n\u202eevil\u0000z \ud83d\ude00'
    chunk '' '"stop\u001b[0m"'
    printf 'event: \033[1m\n'
    chunk "$(printf '\033[2Jraw \302\233 \377')"
  } >"$dir/evil.sse"
  run inspect "$dir/evil.sse"
  want_status 1
  LC_ALL=C tr -d '\n\040-\176\200-\377' <"$dir/out" >"$dir/controls"
  [ ! -s "$dir/controls" ] || wrong=${wrong:-'a control character came through'}
  want_out '\\x1b\[31mred\\x07\\n\\u202eevil\\x00z'
  want_out '\\x1b\[2Jraw \\u009b \\xff'
  verdict 'control characters are shown, not obeyed'

  for case in seed-000 seed-003 a19-broken-frame c05-not-utf8 b07-binary \
    f18-interleaved g07-cut h09-huge; do
    "$SLUICE" inspect $corpus/$case.sse
  done >"$dir/out" 2>&1
  # Columns, roughly: bytes that begin a character.
  LC_ALL=C sed 's/[\x80-\xbf]//g' "$dir/out" | awk '
    length > 79 { print "a line has " length " columns: " $0; exit }' >"$dir/wide"
  [ ! -s "$dir/wide" ] || wrong=${wrong:-$(cat "$dir/wide")}
  ! grep -q ' $' "$dir/out" || wrong=${wrong:-'a line ends with a blank'}
  verdict 'no line is wider than a terminal'

  run inspect $corpus/seed-001.sse
  ! grep -q "$(printf '\033')" "$dir/out" || wrong='colours in a file'
  verdict 'no colours in a file'
}

# Under a terminal of script(1): $1 is a command line.
on_terminal() {
  script -qec "$1" /dev/null </dev/null >"$dir/out" 2>"$dir/err"
  status=$?
}

test_terminal() {
  if ! timeout 20 script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    echo 'skip - colours and progress - no script(1) that makes a terminal'
    return
  fi
  escape=$(printf '\033')
  TERM=xterm on_terminal "'$SLUICE' inspect $corpus/seed-001.sse"
  want_status 0
  want_out "$escape\\[32mcompleted"
  verdict 'colours on a terminal'
  TERM=xterm on_terminal "NO_COLOR=1 '$SLUICE' inspect $corpus/seed-001.sse"
  want_out completed
  want_no_out "$escape"
  verdict 'no colours with NO_COLOR'
  TERM=dumb on_terminal "'$SLUICE' inspect $corpus/seed-001.sse"
  want_no_out "$escape"
  verdict 'no colours on a dumb terminal'

  long >"$dir/long.sse"
  on_terminal "'$SLUICE' inspect '$dir/long.sse' >/dev/null"
  want_out 'reading: 1[0-9]\.[0-9] of 1[0-9]\.[0-9] MiB \([0-9]+ %\)'
  tr '\r' '\n' <"$dir/out" | tail -n 1 | grep -q '[^ ]' &&
    wrong=${wrong:-'the progress line is still there'}
  verdict 'a progress line for a long input, and it goes'
  on_terminal "'$SLUICE' inspect $corpus/seed-001.sse >/dev/null"
  want_silence out
  verdict 'no progress line for a short input'
  run inspect "$dir/long.sse"
  want_silence err
  verdict 'no progress line without a terminal'
}

# A stream of 17 MiB.
long() {
  awk 'BEGIN {
    text = "x"
    while (length(text) < 60000)
      text = text text
    for (i = 0; i < 280; i++)
      printf "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n", text
    printf "data: [DONE]\n\n"
  }'
}

# ---- live ----

test_live() {
  {
    chunk Hello
    sleep 0.3
    chunk ' there' '"stop"'
    printf 'data: {"usage":{"prompt_tokens":1,"completion_tokens":3}}\n\n'
    printf 'data: [DONE]\n\n'
  } | run_stdin inspect -
  status=$(cat "$dir/status")
  want_status 0
  want_out '^stdin: a chat-completions stream$'
  want_out '^Timing$'
  want_row 'first content' 'after '
  want_row 'largest gap' '[0-9.]+ m?s before event 2$'
  want_row pace '.* events/s, .* tokens/s$'
  verdict 'timing of live input'

  mkfifo "$dir/pipe"
  "$SLUICE" inspect "$dir/pipe" >"$dir/out" 2>"$dir/err" &
  child=$!
  exec 3<>"$dir/pipe" # does not wait for a reader
  chunk Hello >&3
  sleep 0.5
  kill -INT $child
  wait $child
  status=$?
  exec 3>&-
  want_status 1
  want_silence err
  want_row end '.*; you interrupted it$'
  want_out 'Hello'
  verdict 'an interrupt shows what came so far'
}
# stdin is that of the caller; a pipe makes a subshell, so all goes to files.
run_stdin() {
  "$SLUICE" "$@" >"$dir/out" 2>"$dir/err"
  echo $? >"$dir/status"
}

# ---- for machines ----

test_json() {
  run inspect --json $corpus/c05-not-utf8.sse
  want_status 0
  want_silence err
  [ "$(wc -l <"$dir/out")" -eq 1 ] || wrong='not one line'
  want_out '^\{"input":\{"name":"corpus/c05-not-utf8\.sse","kind":"stream"'
  want_out '"ending":\{"status":"completed","finish_reason":true,"done":true'
  want_out '"first_bad_byte":\{"why":"not UTF-8","at":\{"offset":78,"line":3,"event":1\},"column":15'
  want_out '"name":"bad-text","count":9'
  want_out '"timing":null\}$'
  verdict 'one JSON object'
  run inspect --json $corpus/a19-broken-frame.sse
  want_status 1
  want_out '"error":\{"status":"ERR_JSON","message":"upstream_malformed.*"at":\{"offset":253,"line":5,"event":2\}'
  verdict 'JSON of a failure'
}

test_usage() {
  run inspect "$dir/absent.sse"
  want_status 2
  want_silence out
  want_error 'absent\.sse'
  verdict 'an absent file'
  run inspect --jsno $corpus/seed-001.sse
  want_status 2
  want_error 'unknown option --jsno .*--json'
  verdict 'an unknown option'
  run inspect --help
  want_status 0
  want_out '^usage: sluice inspect \[OPTION\.\.\.\] \[FILE\]$'
  want_out '^  --json  '
  awk 'length > 79 { exit 1 }' "$dir/out" ||
    wrong=${wrong:-'a line has more than 79 columns'}
  verdict 'its help'
}

# ---- collect --chat ----

test_chat() {
  run collect --chat $corpus/seed-002.sse
  want_status 0
  want_silence err
  [ "$(wc -l <"$dir/out")" -eq 1 ] || wrong='not one line'
  want_out '^\{"id":"rec-816a62894f78","object":"chat\.completion",'
  want_out '<\|file-5217982280\|>' # as it came
  want_out '"finish_reason":"stop"'
  verdict 'collect --chat: one chat.completion'
  cp "$dir/out" "$dir/first"
  run collect --chat --push 3 $corpus/seed-002.sse
  cmp -s "$dir/out" "$dir/first" || wrong='another completion'
  verdict 'collect --chat: any cut, the same'
  run collect --chat "$dir/first"
  want_status 0
  cmp -s "$dir/out" "$dir/first" || wrong='another completion'
  verdict 'collect --chat: a whole completion comes back'

  run collect --chat $corpus/d06-two-choices.sse
  want_status 0
  want_out '"index":0,.*"content":"Hi there".*"index":1,.*"content":"Bye now"'
  verdict 'collect --chat: all choices'
  run collect --chat $corpus/g09-length.sse
  want_status 3
  want_silence err
  want_out '"finish_reason":"length"'
  verdict 'collect --chat: status 3 at the token limit'
  run collect --chat $corpus/b04-error-after-text.sse
  want_status 1
  want_out '"content":"Hi"'
  want_error 'byte 501: died$'
  verdict 'collect --chat: an error, and what came before'
  run collect --chat $corpus/g07-cut.sse
  want_status 1
  want_out '"content":"Hi"'
  want_error 'byte 219: upstream_truncated: '
  verdict 'collect --chat: a cut stream, and what came before'
  run collect --chat $corpus/a19-broken-frame.sse
  want_status 1
  want_out '"content":"Hi"'
  want_error 'byte 253: upstream_malformed: '
  verdict 'collect --chat: a broken stream, and what came before'
  run collect --chat $corpus/b07-html.sse
  want_status 1
  want_silence out
  want_error 'byte 0: upstream_not_a_stream: .*<!DOCTYPE html>'
  verdict 'collect --chat: HTML gives nothing'
  run collect --chat $corpus/b08-nothing.sse
  want_status 1
  want_silence out
  want_error 'upstream_empty: '
  verdict 'collect --chat: nothing gives nothing'
  run collect --chat --reasoning off $corpus/seed-001.sse
  want_status 2
  want_silence out
  want_error '--reasoning does not go with --chat'
  verdict 'collect --chat: options that change a Response are refused'
}

test_good
test_endings
test_kinds
test_harmless
test_terminal
test_live
test_json
test_usage
test_chat
exit $failed
