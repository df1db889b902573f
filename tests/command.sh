#!/bin/sh
# SPDX-License-Identifier: MIT
# command.sh - the command as a user meets it: options, exit statuses, what is
# written where and when. Run from the root of the tree; SLUICE names the
# command. Needs nothing but a POSIX shell and its everyday tools.
set -u
LC_ALL=C
export LC_ALL
: "${SLUICE:=build/sluice}"
case $SLUICE in
  /*) ;;
  *) SLUICE=$PWD/$SLUICE ;;
esac

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-command.XXXXXX") || exit 2
children=
cleanup() {
  for child in $children; do
    kill "$child" 2>/dev/null
  done
  rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
failed=0

ok() { printf 'ok - %s\n' "$1"; }
not_ok() {
  printf 'not ok - %s - %s\n' "$1" "$2"
  failed=1
}
skip() { printf 'skip - %s - %s\n' "$1" "$2"; }

# run ARGUMENT...: the command, with $dir/out, $dir/err and $status. stdin is
# that of the caller.
run() {
  "$SLUICE" "$@" >"$dir/out" 2>"$dir/err"
  status=$?
}

# Each of these names what is wrong in $wrong, the first time.
want_status() {
  [ "$status" -eq "$1" ] || wrong=${wrong:-"exit status $status, not $1"}
}
want_out() { # a pattern of grep -E, in stdout
  grep -q -E -e "$1" "$dir/out" || wrong=${wrong:-"stdout has no $1"}
}
want_no_out() {
  ! grep -q -E -e "$1" "$dir/out" || wrong=${wrong:-"stdout has $1"}
}
want_silence() { # file name, in words
  [ ! -s "$dir/$1" ] || wrong=${wrong:-"$2 is not empty: $(head -n 1 "$dir/$1")"}
}
want_error() { # one line, and a pattern in it
  [ "$(wc -l <"$dir/err")" -eq 1 ] ||
    wrong=${wrong:-"stderr has $(wc -l <"$dir/err") lines, not 1"}
  grep -q -E -e "$1" "$dir/err" ||
    wrong=${wrong:-"stderr has no $1: $(head -n 1 "$dir/err")"}
}
# Whole events, and one ending.
want_events() {
  case $(tail -c 2 "$dir/out" | od -An -tx1 | tr -d ' ') in
    0a0a) ;;
    *) wrong=${wrong:-"the output does not end with a blank line"} ;;
  esac
  endings=$(grep -c -E '^event: response\.(completed|incomplete|failed)$' \
    "$dir/out")
  [ "$endings" -eq 1 ] || wrong=${wrong:-"$endings endings, not 1"}
}
verdict() {
  if [ -z "$wrong" ]; then ok "$1"; else not_ok "$1" "$wrong"; fi
  wrong=
}
wrong=

# ---- made input ----

chunk() { # text (JSON, escaped), finish reason (JSON)
  printf 'data: {"id":"c","object":"chat.completion.chunk","created":7,'
  printf '"model":"m","choices":[{"index":0,"delta":{"content":"%s"},' "$1"
  printf '"finish_reason":%s}]}\n\n' "${2:-null}"
}
stream() { # finish reason
  chunk Hello
  chunk ' there'
  chunk ''  "$1"
  printf 'data: [DONE]\n\n'
}
stream '"stop"' >"$dir/good.sse"
stream '"length"' >"$dir/length.sse"
stream '"content_filter"' >"$dir/filter.sse"
stream '"stop"' | head -c 330 >"$dir/cut.sse"
: >"$dir/empty"
printf '<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n' \
  >"$dir/page.html"
printf '{"error":{"message":"The \\u001b[31mkey\\n is wrong","type":"t",' \
  >"$dir/error.json"
printf '"param":null,"code":"invalid_api_key"}}\n' >>"$dir/error.json"
cited() { chunk 'Caf\u00e9 \ud83d\ude00 e\u0301 <|file-a1|> and <|file-b2|>.'; }
{
  cited
  chunk '' '"stop"'
} >"$dir/cited.sse"
printf '{"file-a1":"r\\u00e9port.pdf"}' >"$dir/files.json"

# Bytes of all values in no order, the same each time.
noise() {
  awk 'BEGIN {
    x = 12345
    for (i = 0; i < 6000; i++) {
      x = (x * 1103 + 12347) % 1048576
      printf "\\%03o", int(x / 64) % 256
    }
  }'
}
printf "$(noise)" >"$dir/noise"

# ---- help and version ----

test_help() {
  for arguments in --help -h help 'help --help'; do
    run $arguments </dev/null
    want_status 0
    want_silence err stderr
    want_out '^usage: sluice COMMAND'
    want_out '^  translate \[FILE\]'
    want_out '^  collect \[FILE\]'
    want_out 'curl -N'
    verdict "sluice $arguments: the commands, on stdout"
  done
  for name in translate collect; do
    for arguments in "help $name" "$name --help" "$name -h" "$name x --help"; do
      run $arguments </dev/null
      want_status 0
      want_silence err stderr
      want_out "^usage: sluice $name \[OPTION\.\.\.\] \[FILE\]$"
      want_out '^  --citation-files FILE '
      want_out '^Exit status:$'
      want_out '^  3  the response is incomplete$'
      want_out '^Examples:$'
      awk 'length > 79 { exit 1 }' "$dir/out" ||
        wrong=${wrong:-'a line has more than 79 columns'}
      verdict "sluice $arguments: all about it, on stdout"
    done
  done
  run translate --help </dev/null
  for name in citation-files index-unit reasoning seed push format \
    no-error-event max-payload max-output max-depth max-items max-marker \
    max-annotations help version; do
    want_out "^  (-h, )?--$name"
  done
  verdict 'the help of translate names every option'
  for arguments in --version 'translate --version' 'collect --version'; do
    run $arguments </dev/null
    want_status 0
    want_silence err stderr
    [ "$(cat "$dir/out")" = "sluice $(cat VERSION)" ] ||
      wrong=${wrong:-"$(cat "$dir/out")"}
    verdict "sluice $arguments"
  done
}

# ---- wrong usage ----

# usage NAME PATTERN ARGUMENT...: exit status 2, one line that matches
usage() {
  name=$1 pattern=$2
  shift 2
  run "$@" <"$dir/good.sse"
  want_status 2
  want_silence out stdout
  want_error "^sluice: .*$pattern"
  verdict "$name"
}

test_usage() {
  run </dev/null
  want_status 2
  want_silence out stdout
  grep -q '^sluice: .*usage: sluice COMMAND' "$dir/err" ||
    wrong=${wrong:-'no usage on stderr'}
  verdict 'no argument at all: usage on stderr'

  usage 'unknown command' "'foo'" foo
  usage 'unknown command that is nearly one' "'translte'.*mean translate" \
    translte
  usage 'option in place of a command' 'option --push' --push 3
  usage 'help for an unknown command' "'foo'" help foo
  usage 'help for two commands' 'one COMMAND' help translate collect
  usage 'unknown option' 'unknown option --frobnicate' translate --frobnicate
  usage 'unknown option with a value' 'option --frobnicate ' translate \
    --frobnicate=1
  usage 'unknown option that is nearly one' '--psuh .*mean --push' translate \
    --psuh 1
  usage 'beginning of an option' '--cit.*mean --citation-files' translate \
    --cit f
  usage 'unknown letter' 'option -x' translate -x
  usage 'option of another command' 'option --format' collect --format jsonl
  usage 'value is missing' '--push needs a value: N' translate --push
  usage 'flag with a value' '--no-error-event takes no value' translate \
    --no-error-event=yes
  usage 'two files' "'a' and 'b'" translate a b
  usage 'file after -- that begins with dashes' '--push: No such' translate \
    -- --push
  for value in 0 -1 +1 1.5 ' 1' 1x '' 18446744073709551616; do
    usage "--push '$value'" '--push needs a whole number' translate --push "$value"
  done
  for limit in depth items marker annotations; do
    for value in 0 -1 x '' 4294967296; do
      usage "--max-$limit '$value'" 'needs a whole number from 1 to 4294967295' \
        translate "--max-$limit" "$value"
    done
  done
  for limit in payload output; do
    for value in 0 64M 18446744073709551616; do
      usage "--max-$limit '$value'" "--max-$limit needs a whole number from 1" \
        collect "--max-$limit" "$value"
    done
  done
  usage '--seed x' "--seed needs .*'x'" translate --seed=x
  usage '--index-unit with another word' \
    "codepoint\|utf16\|byte\|grapheme, not 'utf8'" translate --index-unit utf8
  usage '--reasoning with another word' "summary\|text\|off, not 'o'" \
    translate --reasoning o
  usage '--format with another word' "sse\|jsonl, not 'json'" translate \
    --format json
  usage '--lenient with an unknown guess' "no guess is called 'x'" \
    translate --lenient think,x corpus/seed-000.sse
  usage '--lenient with two guesses that exclude each other' \
    'do not go together' translate --lenient think,cumulative \
    corpus/seed-000.sse
  usage '--tools with a file that is none' 'no-such-file' translate \
    --tools no-such-file corpus/seed-000.sse
}

test_terminal() {
  name='stdin is a terminal and no FILE is given: a hint, exit status 2'
  if ! timeout 20 script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    skip "$name" 'there is no script(1) that makes a terminal'
    return
  fi
  for command in translate collect; do
    timeout 20 script -qec "'$SLUICE' $command" /dev/null </dev/null \
      >"$dir/out" 2>/dev/null
    status=$?
    want_status 2
    want_out "stdin is a terminal.*usage: sluice $command "
    verdict "$command: $name"
  done
}

# ---- options that work ----

test_options() {
  run translate "$dir/good.sse"
  want_status 0
  want_silence err stderr
  want_events
  want_out '^event: response\.completed$'
  want_out '"delta":" there"'
  verdict 'translate FILE'
  cp "$dir/out" "$dir/whole"

  run translate <"$dir/good.sse"
  cmp -s "$dir/out" "$dir/whole" || wrong='the output differs'
  verdict 'translate from stdin: the same'
  run translate - <"$dir/good.sse"
  cmp -s "$dir/out" "$dir/whole" || wrong='the output differs'
  verdict 'translate -: the same'
  (cd "$dir" && cp good.sse ./--odd && "$SLUICE" translate -- --odd >out)
  cmp -s "$dir/out" "$dir/whole" || wrong='the output differs'
  verdict 'translate -- --odd: the same'
  run translate "$dir/good.sse" --push 3 --seed=0 --format sse
  cmp -s "$dir/out" "$dir/whole" || wrong='the output differs'
  verdict 'options after FILE, values after = and a blank: the same'
  run translate --format jsonl "$dir/good.sse" --format sse
  cmp -s "$dir/out" "$dir/whole" || wrong='the output differs'
  verdict 'of an option given twice the last counts'

  run translate --seed 18446744073709551615 "$dir/good.sse"
  want_status 0
  want_events
  ! cmp -s "$dir/out" "$dir/whole" || wrong='the output is the same'
  verdict 'another --seed: other ids'

  run translate --done "$dir/good.sse"
  want_status 0
  { cat "$dir/whole" && printf 'data: [DONE]\n\n'; } >"$dir/with-done"
  cmp -s "$dir/out" "$dir/with-done" || wrong='it does not end so'
  verdict '--done: the same events, then data: [DONE]'

  run translate --done --format jsonl "$dir/good.sse"
  want_status 0
  want_no_out 'DONE'
  verdict '--done says nothing in --format jsonl'

  run translate --obfuscation "$dir/good.sse"
  want_status 0
  want_events
  want_out '"obfuscation":"[A-Za-z0-9]{1,16}"'
  verdict '--obfuscation: deltas are padded'

  printf 'data: {"choices":[{"delta":{"content":"<think>hm</think>Hi"}}]}\n\n' \
    >"$dir/think.sse"
  printf 'data: [DONE]\n\n' >>"$dir/think.sse"
  run translate --lenient bad-events,think "$dir/think.sse"
  want_status 0
  want_out '"delta":"hm"'
  want_out '"delta":"Hi"'
  verdict '--lenient: several guesses by name'

  run translate --format=jsonl "$dir/good.sse"
  want_status 0
  sed -n 's/^data: //p' "$dir/whole" >"$dir/lines"
  cmp -s "$dir/out" "$dir/lines" || wrong=${wrong:-'not the data of the events'}
  verdict '--format jsonl: the JSON of one event per line'
}

test_citations() {
  # unit, index of the first citation and of the second, in the text
  # "Cafe(acute) (face) e(combining acute) and": 9 code points before the first
  while read -r unit first second; do
    run translate --index-unit $unit "$dir/cited.sse"
    want_status 0
    want_out "\"file_id\":\"file-a1\",\"filename\":\"file-a1\",\"index\":$first[,}]|\"index\":$first,.*\"file-a1\""
    want_out "\"file_id\":\"file-b2\",\"filename\":\"file-b2\",\"index\":$second[,}]|\"index\":$second,.*\"file-b2\""
    verdict "--index-unit $unit"
  done <<END
codepoint 9 13
utf16 10 14
byte 14 18
grapheme 8 12
END
  run translate --citation-files "$dir/files.json" "$dir/cited.sse"
  want_status 0
  want_out "\"filename\":\"r$(printf '\303\251')port.pdf\""
  want_no_out 'file-b2'
  verdict '--citation-files: known ones by name, others removed'

  printf '{}' >"$dir/none.json"
  run translate --citation-files "$dir/none.json" "$dir/cited.sse"
  want_status 0
  want_no_out 'file-a1|file-b2'
  want_out '"text":"[^"]* and\."'
  verdict '--citation-files with no file: all citations removed'

  printf '{"file-a1":"old","file-b2":"b","file-a1":"new"}' >"$dir/twice.json"
  run translate --citation-files "$dir/twice.json" "$dir/cited.sse"
  want_out '"filename":"new"'
  want_no_out '"filename":"old"'
  verdict '--citation-files with an id given twice: the last name counts'

  run translate --citation-files "$dir/missing" "$dir/cited.sse"
  want_status 2
  want_silence out stdout
  want_error "^sluice: $dir/missing: No such file"
  verdict '--citation-files that does not exist'
  run translate --citation-files "$dir" "$dir/cited.sse"
  want_status 2
  want_error "^sluice: $dir: Is a directory"
  verdict '--citation-files that is a directory'
  while IFS='@' read -r offset json; do
    printf '%s' "$json" >"$dir/wrong.json"
    run translate --citation-files "$dir/wrong.json" "$dir/cited.sse"
    want_status 2
    want_silence out stdout
    want_error "^sluice: $dir/wrong.json: byte $offset: "
    verdict "--citation-files of a wrong shape: '$json'"
  done <<'END'
0@
0@["file-a1"]
7@ {"a": 1}
13@{"a":"b","c":[], "d":"e"}
[0-9]+@{"a":"b"
10@{"a":"b"} {}
2@{"":"b"}
END
}

# What a limit lets through and what not, in all commands that have it.
test_limits() {
  while read -r name fits past file; do
    for command in translate collect 'collect --chat'; do
      run $command "--max-$name" $fits "$file"
      want_status 0
      run $command "--max-$name" $past "$file"
      want_status 1
      want_error "byte [0-9]+: limit_exceeded: more than max_$name "
      verdict "$command --max-$name: $fits fits, $past does not"
      [ $name != annotations ] && [ $name != items ] || break # of a response
    done
  done <<END
payload 1000 20 $dir/good.sse
output 1000 3 $dir/good.sse
depth 5 2 $dir/good.sse
items 3 2 corpus/call-between-texts.sse
annotations 2 1 $dir/cited.sse
END
  run translate --max-marker 6 "$dir/cited.sse"
  want_status 0
  want_no_out file_citation
  verdict '--max-marker: a longer id is text'
  printf '{"model": "a long name"}' >"$dir/long.json"
  run translate --max-payload 20 --request "$dir/long.json" "$dir/good.sse"
  want_status 2
  want_error 'long.json: byte 20: larger than --max-payload'
  verdict '--max-payload: for the request, too'
}

test_reasoning() {
  {
    printf 'data: {"id":"c","choices":[{"index":0,"delta":'
    printf '{"reasoning_content":"Hm."},"finish_reason":null}]}\n\n'
    stream '"stop"'
  } >"$dir/thinks.sse"
  run translate "$dir/thinks.sse"
  want_out '^event: response\.reasoning_summary_text\.delta$'
  verdict '--reasoning summary is the default'
  cp "$dir/out" "$dir/whole"
  run translate --reasoning summary "$dir/thinks.sse"
  cmp -s "$dir/out" "$dir/whole" || wrong='the output differs'
  verdict '--reasoning summary'
  run translate --reasoning text "$dir/thinks.sse"
  want_out '^event: response\.reasoning_text\.delta$'
  want_no_out 'reasoning_summary_text'
  verdict '--reasoning text'
  run translate --reasoning off "$dir/thinks.sse"
  want_no_out 'Hm\.'
  want_out '"delta":"Hello"'
  verdict '--reasoning off'
}

# ---- exit statuses, and bad input ----

# fails NAME FILE MESSAGE: one response.failed, exit status 1, the reason
fails() {
  for push in '' '--push 1'; do
    run translate $push "$2"
    want_status 1
    want_events
    want_out '^event: response\.failed$'
    want_out '^event: error$'
    want_error "^sluice: $2: byte [0-9]+: $3"
    verdict "$1${push:+, $push}"
  done
  run translate <"$2"
  want_status 1
  want_error "^sluice: stdin: byte [0-9]+: $3"
  verdict "$1, on stdin"
  run translate --no-error-event "$2"
  want_status 1
  want_events
  want_out '^event: response\.failed$'
  want_no_out '^event: error$'
  verdict "$1, --no-error-event"
  run collect "$2"
  want_status 1
  want_out '^\{"id":"resp_.*"status":"failed".*\}$'
  want_error "^sluice: $2: byte [0-9]+: $3"
  verdict "$1, collect"
}

test_endings() {
  run translate "$dir/length.sse"
  want_status 3
  want_silence err stderr
  want_events
  want_out '^event: response\.incomplete$'
  want_out '"reason":"max_output_tokens"'
  verdict 'finish reason length: incomplete, exit status 3'
  run translate "$dir/filter.sse"
  want_status 3
  want_events
  want_out '"reason":"content_filter"'
  verdict 'finish reason content_filter: incomplete, exit status 3'
  run collect "$dir/length.sse"
  want_status 3
  want_out '^\{"id":"resp_.*"status":"incomplete".*\}$'
  verdict 'collect, finish reason length: exit status 3'

  fails 'an empty file' "$dir/empty" upstream_empty
  fails 'a page of HTML' "$dir/page.html" upstream_not_a_stream
  fails 'a cut stream' "$dir/cut.sse" upstream_truncated
  fails 'noise' "$dir/noise" upstream_not_a_stream
  fails 'a JSON error in place of a stream' "$dir/error.json" \
    'The \?\[31mkey  is wrong$'
  ! LC_ALL=C grep -q '[[:cntrl:]]' "$dir/err" ||
    wrong='stderr has a control character'
  verdict 'what a server says cannot act on the terminal'
  { cat "$dir/cut.sse"; printf '\n\ndata: {"choices":[}\n\n'; } >"$dir/bad.sse"
  fails 'JSON that is none' "$dir/bad.sse" upstream_malformed
  {
    chunk Hello
    printf 'data: {"error":{"message":"Overloaded","code":529}}\n\n'
  } >"$dir/late.sse"
  fails 'an error after some text' "$dir/late.sse" Overloaded
  run translate "$dir/late.sse"
  at=$(grep -b -o -a '{"error"' "$dir/late.sse" | head -n 1 | cut -d : -f 1)
  want_error ": byte $at: Overloaded\$"
  verdict 'the offset is that of the event with the error'
}

# ---- files that do not work ----

test_trouble() {
  run translate "$dir/missing"
  want_status 2
  want_silence out stdout
  want_error "^sluice: $dir/missing: No such file or directory$"
  verdict 'a file that does not exist'
  run collect "$dir"
  want_status 2
  want_silence out stdout
  want_error "^sluice: $dir: Is a directory$"
  verdict 'a directory'
  run translate "$(printf 'a\033[2J\nb')"
  want_status 2
  want_error '^sluice: a\?\[2J b: No such file'
  verdict 'a file name cannot act on the terminal'

  name='a file that must not be read'
  cp "$dir/good.sse" "$dir/secret"
  chmod 0 "$dir/secret"
  nobody=
  if [ -r "$dir/secret" ]; then # root may read everything; somebody else not
    nobody='setpriv --reuid=65534 --clear-groups'
    chmod 755 "$dir"
  fi
  if $nobody "$SLUICE" --version >/dev/null 2>&1 &&
    ! $nobody cat "$dir/secret" >/dev/null 2>&1; then
    $nobody "$SLUICE" translate "$dir/secret" >"$dir/out" 2>"$dir/err"
    status=$?
    want_status 2
    want_silence out stdout
    want_error "^sluice: $dir/secret: Permission denied$"
    verdict "$name"
  else
    skip "$name" 'this user may read everything, and cannot become another'
  fi
  name='a read that fails'
  if [ -r /proc/self/mem ]; then
    run translate /proc/self/mem
    want_status 2
    want_error '^sluice: /proc/self/mem: Input/output error$'
    verdict "$name"
  else
    skip "$name" 'there is no /proc/self/mem'
  fi
  run translate <&-
  want_status 2
  want_error '^sluice: stdin: Bad file descriptor$'
  verdict 'stdin is closed'
}

many() {
  chunk "$1"
  awk -v chunk="$(chunk ' more words of the same kind')" \
    'BEGIN { for (i = 0; i < 4000; i++) print chunk "\n" }'
  chunk '' '"stop"'
}

test_output_trouble() {
  name='stdout is full'
  if [ -c /dev/full ]; then
    for arguments in 'translate good.sse' 'collect good.sse' \
      'translate many.sse' --help --version 'help collect'; do
      (cd "$dir" && "$SLUICE" $arguments >/dev/full 2>err)
      status=$?
      want_status 2
      want_error '^sluice: stdout: No space left on device$'
      verdict "$name: sluice $arguments"
    done
    "$SLUICE" translate <"$dir/empty" >/dev/full 2>"$dir/err"
    status=$?
    want_status 2
    verdict "$name: a failed response"
  else
    skip "$name" 'there is no /dev/full'
  fi
  "$SLUICE" translate "$dir/good.sse" >&- 2>"$dir/err"
  status=$?
  want_status 2
  want_error '^sluice: stdout: Bad file descriptor$'
  verdict 'stdout is closed'

  { "$SLUICE" translate "$dir/many.sse" 2>"$dir/err"; echo $? >"$dir/rc"; } |
    head -n 1 >/dev/null
  read -r status <"$dir/rc"
  [ "$status" -eq 2 ] || [ "$status" -gt 128 ] || wrong="exit status $status"
  want_silence err stderr
  verdict 'the reader goes away: no message'
  {
    trap '' PIPE
    "$SLUICE" translate "$dir/many.sse" 2>"$dir/err"
    echo $? >"$dir/rc"
  } | head -n 1 >/dev/null
  read -r status <"$dir/rc"
  want_status 2
  want_silence err stderr
  verdict 'the reader goes away, SIGPIPE ignored: exit status 2, no message'
}

# ---- collect, and other forms of input ----

last_response() { # of SSE on stdin: the object in the last event
  tail -n 2 | head -n 1 | sed 's/^data: {"type":"[a-z.]*","response"://; s/,"sequence_number":[0-9]*}$//'
}

test_collect() {
  for case in "$dir/good.sse" "$dir/length.sse" "$dir/cited.sse" \
    "$dir/error.json"; do
    run translate --seed 5 "$case"
    was=$status
    last_response <"$dir/out" >"$dir/last"
    run collect --seed 5 --push 7 "$case"
    want_status "$was"
    cmp -s "$dir/out" "$dir/last" || wrong=${wrong:-'another object'}
    verdict "collect $(basename "$case"): the object of the last event"
  done
  printf '{"id":"c","object":"chat.completion","created":7,"model":"m",' \
    >"$dir/whole.json"
  printf '"choices":[{"index":0,"message":{"role":"assistant","content":' \
    >>"$dir/whole.json"
  printf '"Hello there"},"finish_reason":"stop"}]}\n' >>"$dir/whole.json"
  run collect "$dir/whole.json"
  want_status 0
  want_out '"status":"completed".*"text":"Hello there"|"text":"Hello there".*"status":"completed"'
  cp "$dir/out" "$dir/last"
  verdict 'collect of a whole chat.completion'
  run collect "$dir/good.sse"
  cmp -s "$dir/out" "$dir/last" || wrong='another object'
  verdict 'collect of the same as a stream: the same object'
  run translate "$dir/whole.json"
  want_status 0
  want_events
  want_out '"delta":"Hello there"'
  verdict 'translate of a whole chat.completion'
}

test_recordings() {
  run translate tests/data/recorded.json
  want_status 0
  want_silence err stderr
  want_events
  want_out '"text":"All is new, or not\.\\n"'
  want_out "\"filename\":\"plan $(printf '\303\251').txt\""
  want_out "\"filename\":\"it's\.txt\""
  want_no_out 'file-example|file-inside|file-asked|no\.txt'
  verdict 'a recording: replayed, with the files that its tool results offer'
  cp "$dir/out" "$dir/whole"
  for push in 1 7 100; do
    run translate --push $push <tests/data/recorded.json
    cmp -s "$dir/out" "$dir/whole" || wrong='the output differs'
    verdict "a recording on stdin, --push $push: the same"
  done
  { printf '\357\273\277\n  '; cat tests/data/recorded.json; } \
    >"$dir/marked.json"
  run translate "$dir/marked.json"
  cmp -s "$dir/out" "$dir/whole" || wrong='the output differs'
  verdict 'a recording behind a byte order mark and blanks: the same'
  run translate --citation-files "$dir/files.json" tests/data/recorded.json
  want_out 'port\.pdf'
  want_no_out 'plan|file-b2'
  verdict 'a recording: --citation-files holds'
  run collect tests/data/recorded-whole.json
  want_status 0
  want_out '"text":"Good morning\."'
  want_out '"total_tokens":5'
  verdict 'a recording of a whole completion'
  sed 's/"finish_reason": "stop"/"finish_reason": "length"/' \
    tests/data/recorded.json >"$dir/length.json"
  run translate "$dir/length.json"
  want_status 3
  verdict 'a recording: its finish reason counts'
  sed 's/"__data__": {"id": "c"/"__data__": {"error": {"message": "Odd"}/' \
    tests/data/recorded.json >"$dir/error-recorded.json"
  run translate "$dir/error-recorded.json"
  want_status 1
  want_events
  want_error ': byte [0-9]+ of the stream it holds: Odd$'
  verdict 'a recording that failed: the offset is that of its stream'
  sed 's/"request"/"question"/' tests/data/recorded.json >"$dir/other.json"
  run translate "$dir/other.json"
  want_status 1
  want_events
  verdict 'JSON that is no recording goes in as it is'
  head -c 900 tests/data/recorded.json >"$dir/half.json"
  run translate "$dir/half.json"
  want_status 1
  want_events
  verdict 'half a recording fails'
}

# ---- when things are written ----

await() { # a pattern in $dir/live, within 20 seconds
  tries=0
  until grep -q -e "$1" "$dir/live"; do
    tries=$((tries + 1))
    if [ $tries -gt 400 ]; then
      wrong=${wrong:-"no $1 after 20 s, while the writer waits"}
      return 1
    fi
    sleep 0.05
  done
}

test_live() { # how FILE is named, its options
  mkfifo "$dir/pipe"
  : >"$dir/live"
  if [ "$1" = - ]; then
    "$SLUICE" translate $2 <"$dir/pipe" >"$dir/live" 2>"$dir/err" &
  else
    "$SLUICE" translate $2 "$dir/pipe" >"$dir/live" 2>"$dir/err" &
  fi
  child=$!
  children="$children $child"
  exec 3<>"$dir/pipe" # does not wait for the command to open it
  # Nothing is written before what came of the text before it was seen.
  chunk One >&3 && await '"delta":"One"' &&
    chunk ' two' >&3 && await '"delta":" two"' &&
    chunk ' three <|file-a1|' >&3 && await '"delta":" three"' &&
    printf ': a comment\n\n' >&3 && chunk '>' >&3 && await file_citation &&
    chunk '' '"stop"' >&3 && printf 'data: [DONE]\n\n' >&3 &&
    await '^event: response.completed'
  exec 3>&-
  [ -z "$wrong" ] || kill "$child" 2>/dev/null
  wait "$child"
  status=$?
  want_status 0
  cp "$dir/live" "$dir/out"
  want_events
  verdict "live input from $1 $2: each event is out before the next chunk is in"
  rm -f "$dir/pipe"
}

# ---- the corpus, cut anyhow ----

test_corpus() {
  cases=0
  for case in corpus/*.sse; do
    [ -f "$case" ] || continue
    cases=$((cases + 1))
    "$SLUICE" translate "$case" >"$dir/whole" 2>"$dir/err"
    was=$?
    for push in 1 7; do
      run translate --push $push "$case"
      want_status $was
      cmp -s "$dir/out" "$dir/whole" ||
        wrong=${wrong:-"$case: another output with --push $push"}
    done
    cat "$case" | "$SLUICE" translate >"$dir/out" 2>/dev/null
    cmp -s "$dir/out" "$dir/whole" ||
      wrong=${wrong:-"$case: another output from a pipe"}
    want_events
  done
  [ $cases -gt 0 ] || wrong='corpus/ holds no case'
  verdict "$cases cases of the corpus: the same output for any --push"
}

many First >"$dir/many.sse"
test_help
test_usage
test_terminal
test_options
test_citations
test_limits
test_reasoning
test_endings
test_trouble
test_output_trouble
test_collect
test_recordings
test_live - ''
test_live FILE ''
test_live FILE '--push 1 --format sse'
test_corpus
exit $failed
