#!/bin/sh
# SPDX-License-Identifier: MIT
# lint.sh - `sluice lint`: a good stream is clean, and each of many faults is
# found, named and placed. Run from the root of the tree; SLUICE names the
# command. The last test needs python3 and ../shared, and is skipped without.
set -u
LC_ALL=C
export LC_ALL
unset NO_COLOR
: "${SLUICE:=build/sluice}"
case $SLUICE in
  /*) ;;
  *) SLUICE=$PWD/$SLUICE ;;
esac

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-lint.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
failed=0
wrong=

ok() { printf 'ok - %s\n' "$1"; }
not_ok() {
  printf 'not ok - %s - %s\n' "$1" "$2"
  failed=1
}
skip() { printf 'skip - %s - %s\n' "$1" "$2"; }
verdict() {
  if [ -z "$wrong" ]; then ok "$1"; else not_ok "$1" "$wrong"; fi
  wrong=
}

# lint FILE OPTION...: $dir/out, $dir/err and $status.
lint() {
  file=$1
  shift
  "$SLUICE" lint "$@" <"$dir/$file" >"$dir/out" 2>"$dir/err"
  status=$?
}
want_status() {
  [ "$status" -eq "$1" ] || wrong=${wrong:-"exit status $status, not $1"}
}
want_out() { # a pattern of grep -E, in stdout
  grep -q -E -e "$1" "$dir/out" ||
    wrong=${wrong:-"stdout has no $1: $(head -n 1 "$dir/out")"}
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

# ---- a good stream, and how to damage it ----

cp tests/data/every-event.jsonl "$dir/every.jsonl" || exit 2

# JSON lines -> server-sent events.
frame() {
  sed 's/^{"type":"\([^"]*\)".*/event: \1\
data: &\
/'
}
# Numbers the events anew.
number() {
  awk '{ sub(/"sequence_number":[0-9]+/, "\"sequence_number\":" NR - 1)
    print }'
}
frame <"$dir/every.jsonl" >"$dir/every.sse"

# fault NAME PATTERN PLACE SED...: the stream changed by the sed commands has
# exactly these codes (PATTERN: codes in order of the output, one blank
# between), and a finding of the first at PLACE (a pattern; . for any).
fault() {
  name=$1 codes=$2 place=$3
  shift 3
  sed "$@" "$dir/every.jsonl" | number | frame >"$dir/bad.sse"
  judge "$name" "$codes" "$place"
}
# The same for $dir/bad.sse as it is.
judge() {
  lint bad.sse --allow shape.usage-null
  want_status 1
  got=$(sed -n 's/^violation \([^:]*\): event .*/\1/p' "$dir/out" | uniq |
    tr '\n' ' ')
  [ "$got" = "$2 " ] || wrong=${wrong:-"found ${got:-nothing}"}
  want_out "^violation ${2%% *}: .*$3"
  verdict "$1"
}

# ---- clean ----

lint every.sse
want_status 0
want_out '^clean: stdin: 115 events, 0 violations, 3 errata, 0 warnings$'
verdict 'a stream with every kind of event is clean'

lint every.jsonl --format jsonl
want_status 0
want_out '^clean: stdin: 115 events'
verdict 'the same as JSON lines'

lint every.sse --quiet
want_status 0
[ ! -s "$dir/out" ] || wrong='it says something'
verdict '--quiet says nothing of a clean stream'

lint every.sse --strict
want_status 1
want_out '^NOT CLEAN: .* 0 violations, 3 errata'
want_out '^erratum shape.usage-null: event 0 response.created, byte 0: '
verdict 'errata count with --strict'

lint every.sse --strict --allow item.index,shape.usage-null
want_status 0
verdict 'but not those of --allow'

for name in seed-000 seed-001 seed-002 seed-003 seed-004; do
  "$SLUICE" translate "corpus/$name.sse" >"$dir/seed.sse"
  lint seed.sse --quiet --strict --allow shape.usage-null,shape.user-null
  want_status 0
  verdict "what translate makes of $name is clean"
done

sed 's/$/\r/' "$dir/every.sse" >"$dir/crlf.sse"
lint crlf.sse
want_status 0
want_out '^warning sse.cr: '
verdict 'CRLF is a warning'

{ printf ': ping\n\n'; cat "$dir/every.sse"; printf 'data: [DONE]\n\n'; } \
  >"$dir/done.sse"
lint done.sse
want_status 0
want_out ' 115 events, 0 violations, 3 errata, 0 warnings'
verdict 'comments and [DONE] are fine'

{
  sed '/^{"type":"response\.completed"/,$d; 4,$d' "$dir/every.jsonl"
  for verb in delta transcript.delta transcript.done done; do
    printf '{"type":"response.audio.%s","sequence_number":0,' "$verb"
    printf '"response_id":"resp_1","delta":"x"}\n'
  done
  sed -n '$s/"output":\[.*\],"parallel/"output":[],"parallel/p' "$dir/every.jsonl"
} | number | frame >"$dir/audio.sse"
lint audio.sse
want_status 0
want_out ' 8 events, 0 violations'
verdict 'audio events belong to no item'

# ---- the lines of the stream ----

sed '10d' "$dir/every.sse" >"$dir/bad.sse"
judge 'an event without event: line' 'sse.no-event' 'event 3 .*no event: line'
sed '10s/added/done/' "$dir/every.sse" >"$dir/bad.sse"
judge 'an event: line of another type' 'sse.event-name' 'event 3 '
sed '10s/^/event: x\n/' "$dir/every.sse" >"$dir/bad.sse"
judge 'two event: lines' 'sse.event-twice' 'event 3 '
sed '10s/^/foo: x\n/' "$dir/every.sse" >"$dir/bad.sse"
judge 'an unknown field' 'sse.field' 'foo: x'
sed '10s/^/\x1b[2Jfoo\\: x\n/' "$dir/every.sse" >"$dir/bad.sse"
judge 'an unknown field with control characters' 'sse.field' \
  ' .u001b\[2Jfoo.*: x'
sed '10s/^/event: x\n\n/' "$dir/every.sse" >"$dir/bad.sse"
judge 'an event without data' 'sse.no-data' 'event 3'
sed '119s/}$//' "$dir/every.sse" >"$dir/bad.sse"
judge 'data that is no JSON' 'json.syntax seq.order' 'event 39, byte '
head -c -1 "$dir/every.sse" >"$dir/bad.sse"
judge 'an ending within an event' 'sse.unterminated order.no-terminal' \
  'breaks: all'
printf 'event: response.output_text.delta\ndata: [1]\n\n' |
  cat "$dir/every.sse" - >"$dir/bad.sse"
judge 'data that is no object' 'json.not-object' 'event 115, byte '
printf ': \377\n' | cat - "$dir/every.sse" >"$dir/bad.sse"
judge 'bytes that are not UTF-8' 'sse.utf8' 'byte 0:'
sed 's/"delta":"hm"/"delta":"h\\ud83dm"/' "$dir/every.sse" >"$dir/bad.sse"
judge 'half a surrogate pair' 'json.text text.sum' 'event 15 '

# ---- shapes ----

fault 'a member that is missing' 'shape.missing' \
  'event 4 response.reasoning_summary_part.added, .*item_id is missing' \
  '5s/"item_id":"rs_1",//'
fault 'a member of another type' 'shape.type item.sum' \
  'event 8 .*part.text is integer, not string' \
  -e '9s/"text":"[^"]*"/"text":7/'
fault 'a word that is none of the schema' 'shape.word' \
  'event 89 .*annotation.type .*ai-sdk' \
  's/"file_path"/"file_pith"/g'
fault 'a number that is too large' 'shape.range' \
  'response.top_p is 1.5, outside of number' 's/"top_p":1.0/"top_p":1.5/'
fault 'a null where none may be' 'shape.type' \
  'response.completed, .*response.model is null' 's/"model":"m-1"/"model":null/'
fault 'a type that does not exist' 'event.unknown' \
  'response.mcp_call.done, byte [0-9]*: .*breaks: openai-node' \
  '$!s/response.mcp_call.in_progress/response.mcp_call.done/'
fault 'usage without its details' 'shape.missing' 'breaks: codex' \
  's/"cached_tokens":4,//'
fault 'tools that are none' 'shape.missing' \
  'response.tools\[2\].server_label is missing' \
  's/"server_label":"docs","server_url"/"server_url"/'

# ---- order ----

fault 'no response.created' 'order.first order.no-created' \
  'event 0 .*breaks: openai-node \(throws\)' 1d
fault 'no ending' 'order.no-terminal' 'event 114, .*codex' '$d'
fault 'two endings' 'order.after-terminal' 'event 115 response.completed' \
  '$p'
sed 50d "$dir/every.jsonl" | frame >"$dir/bad.sse"
judge 'a gap in the sequence' 'seq.order' \
  'event 49 .*sequence_number is 50, not 49'

# ---- items and parts ----

fault 'an item that was never added' 'item.unknown response.output' \
  'event 109 .*openai-node' '110d'
fault 'an item that is never done' \
  'item.interleaved item.not-done response.output' \
  'event 108 .*item 15 is added while 14 is open' '109d'
fault 'an item that is done twice' 'item.after-done' 'event 109 ' '109p'
fault 'a delta for another item' 'item.id' \
  'item_id is "fc_2", the item is fc_1.*openai-node' '106s/fc_1/fc_2/'
fault 'an output_index that leaps' 'item.index' \
  'output_index is 99, not 15' 's/"output_index":15/"output_index":99/'
fault 'arguments that do not add up' 'args.text' 'event 107 ' \
  '107s/"delta":":/"delta":"::/'
fault 'a name that changes' 'item.changed response.output' \
  'item.name is "wether"' '109s/"name":"weather"/"name":"wether"/'
fault 'a text without deltas' 'text.no-delta' 'langchain \(text empty\)' \
  '94d'
fault 'a text that is not its deltas' 'text.sum' \
  'from byte 4 on "two" / " two"' '102s/"text":"One two"/"text":"One  two"/'
fault 'a part that was not added' 'part.unknown item.parts-not-sent' \
  'content_index 0.*openai-node' '99d'
fault 'annotations that were not added' 'note.not-added' \
  'ai-sdk \(no sources\)' \
  '/annotation.added/d'
fault 'an annotation beyond the text' 'note.range' \
  'index is 99, 6 characters were sent' \
  's/"filename":"a.txt","index":6/"filename":"a.txt","index":99/'
fault 'a hosted call that never completes' 'tool.not-completed' \
  'event 22 ' '/file_search_call.completed/d'
fault 'steps in the wrong order' 'tool.order tool.not-completed' \
  'event 22 .*file_search_call.searching' -e '22{h;d' -e '}' -e '23G'

# ---- the response ----

fault 'an id that changes' 'response.id' 'openai-node \(throws\)' \
  '$s/"resp_1"/"resp_2"/'
fault 'an echo that changes' 'response.echo' 'response.temperature' \
  '$s/"temperature":1.0/"temperature":0.5/'
fault 'usage that does not add up' 'usage.total' '18, .* 10 . 7' \
  's/"total_tokens":17/"total_tokens":18/'
fault 'an output that lacks what was done' 'response.no-output' \
  'agents \(loops' '$s/"output":\[.*\],"parallel/"output":[],"parallel/'

# ---- endings ----

error_stream() { # response.failed line or nothing
  sed -n '1p;3p' "$dir/every.jsonl"
  printf '{"type":"error","sequence_number":2,"code":"x","message":"m",'
  printf '"param":null%s}\n' "$1"
  [ -z "$2" ] || sed -n 3p "$dir/every.jsonl" | sed 's/in_progress/failed/g
    s/"error":null/"error":{"code":"server_error","message":"m"}/'
}
error_stream ',"error":{"message":"m"}' failed | number | frame >"$dir/error.sse"
lint error.sse
want_status 0
want_out ' 4 events, 0 violations, [0-9] errata, 0 warnings'
verdict 'error, then response.failed'

error_stream '' '' | number | frame >"$dir/error.sse"
lint error.sse
want_status 0
want_out '^warning order.error-alone: .*breaks: codex'
want_out '^warning order.error-flat: .*openai-python'
verdict 'an error alone is a warning that names who does not see it'

# ---- what is written ----

sed 's/"sequence_number"/"sequence"/' "$dir/every.sse" >"$dir/bad.sse"
lint bad.sse
want_status 1
[ "$(grep -c '^violation seq.missing: event' "$dir/out")" -eq 5 ] ||
  wrong='not five findings of a kind are shown'
want_out '^violation seq.missing: and 110 more \(--all shows each\)$'
verdict 'many of a kind are counted'

lint bad.sse --all
[ "$(grep -c '^violation seq.missing: event' "$dir/out")" -eq 115 ] ||
  wrong='not all findings are shown'
verdict '--all shows each'

lint bad.sse --json
want_status 1
want_out '^\{"findings":\[$'
want_out '^\{"severity":"violation","code":"seq.missing","event":0,"type":"response.created","offset":0,"message":"[^"]+","breaks":\[\]\}'
want_out '^\],"events":115,"violations":115,"errata":3,"warnings":[0-9]+,"error":null,"clean":false\}$'
verdict '--json writes one object'

if command -v python3 >/dev/null; then
  python3 -c 'import json, sys; json.load(sys.stdin)' <"$dir/out" 2>/dev/null ||
    wrong='it is not JSON'
  verdict 'which a JSON parser takes'
else
  skip 'which a JSON parser takes' 'no python3'
fi

want_no_out "$(printf '\033')"
verdict 'no colour in a file'

# ---- what is no Responses stream ----

lint_no() { # name, pattern
  lint bad "$3"
  want_status 2
  want_error "$2"
  verdict "$1"
}
cp corpus/seed-000.sse "$dir/bad"
lint_no 'chat chunks' 'this is a chat-completions stream; lint reads Responses events' --quiet
[ ! -s "$dir/out" ] || not_ok 'chat chunks' 'stdout is not empty'
sed -n 's/^data: \({.*\)/\1/p' corpus/seed-000.sse >"$dir/bad"
lint_no 'chat chunks as JSON lines' 'chat-completions stream' --format=jsonl
: >"$dir/bad"
lint_no 'nothing' 'the input is empty' --json
want_out '"error":"the input is empty","clean":false'
verdict 'which --json says, too'
printf '<!DOCTYPE html>\n<html><body>502</body></html>\n' >"$dir/bad"
lint_no 'a page of HTML' 'HTML' --quiet
cp "$dir/every.jsonl" "$dir/bad"
lint_no 'JSON lines without the option' 'try --format jsonl' --quiet
cp "$dir/every.sse" "$dir/bad"
lint_no 'events with the option for lines' 'without --format jsonl' --format=jsonl
printf 'event: message_start\ndata: {"type":"message_start"}\n\n' >"$dir/bad"
lint_no 'events of another API' 'no event of the Responses API' --quiet
printf '{"id":"resp_1","object":"response","output":[]}' >"$dir/bad"
lint_no 'one Response object' 'one JSON object' --quiet

"$SLUICE" lint "$dir/none" >"$dir/out" 2>"$dir/err"
status=$?
want_status 2
want_error 'No such file'
verdict 'a missing file'
lint every.sse --stritc
want_status 2
want_error 'did you mean --strict'
verdict 'a misspelt option'

# ---- the document ----

# The codes as the source has them; the document leaves the part before the dot
# to the head of its paragraph.
cat tools/lint/lint_*.c | tr '\n' ' ' |
  grep -oE '(LINT_(VIOLATION|ERRATUM|WARNING), *|\{)"[a-z]+\.[a-z-]+"' |
  grep -E '^LINT|shape' | sed 's/.*"\(.*\)"/\1/' | sort -u >"$dir/codes"
[ "$(wc -l <"$dir/codes")" -gt 80 ] || wrong='the source has few codes'
while read -r code; do
  grep -q -e "\`${code#*.}\`" -e "\`$code\`" docs/lint.md ||
    wrong=${wrong:-"docs/lint.md has no $code"}
done <"$dir/codes"
verdict 'docs/lint.md has every code'

# ---- another checker ----

other=../shared/spec/check_events.py
if [ ! -f "$other" ]; then
  skip 'agreement with another checker' "no $other"
elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
  skip 'agreement with another checker' 'no python3'
else
  python3 tests/lint_agree.py "$SLUICE" "$other" "${LINT_SECONDS:-26}" || failed=1
fi
exit $failed
