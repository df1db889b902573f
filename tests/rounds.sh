#!/bin/sh
# SPDX-License-Identifier: MIT
# rounds.sh - `sluice rounds` and the option --tools: every scenario of the
# corpus, and what is said of one that does not fit. Run from the root of the
# tree; SLUICE names the command. The last part needs python3 and ../shared, and
# is skipped without them.
set -u
LC_ALL=C
export LC_ALL
: "${SLUICE:=build/sluice}"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-rounds.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
failed=0
corpus=corpus/rounds

ok() { printf 'ok - %s\n' "$1"; }
not_ok() {
  printf 'not ok - %s - %s\n' "$1" "$2"
  failed=1
}
verdict() {
  if [ -z "$wrong" ]; then ok "$1"; else not_ok "$1" "$wrong"; fi
  wrong=
}
wrong=

run() {
  "$SLUICE" "$@" >"$dir/out" 2>"$dir/err" </dev/null
  status=$?
}
want_status() {
  [ "$status" -eq "$1" ] ||
    wrong=${wrong:-"exit status $status, not $1: $(head -n 1 "$dir/err")"}
}
want_error() { # one line, and a pattern in it
  [ "$(wc -l <"$dir/err")" -eq 1 ] ||
    wrong=${wrong:-"stderr has $(wc -l <"$dir/err") lines, not 1"}
  grep -q -E -e "$1" "$dir/err" ||
    wrong=${wrong:-"stderr has no $1: $(head -n 1 "$dir/err")"}
}
want_silence() {
  [ ! -s "$dir/out" ] || wrong=${wrong:-"stdout: $(head -n 1 "$dir/out")"}
}
# Whole events, numbered from 0, and one ending, which is the last.
want_events() { # completed, incomplete or failed
  [ "$(tail -c 2 "$dir/out" | od -An -tx1 | tr -d ' ')" = 0a0a ] ||
    wrong=${wrong:-"the output does not end with a blank line"}
  sed -n 's/^event: //p' "$dir/out" |
    grep -E -n '^response\.(completed|incomplete|failed)$' >"$dir/ends"
  events=$(grep -c '^event: ' "$dir/out")
  [ "$(cat "$dir/ends")" = "$events:response.$1" ] ||
    wrong=${wrong:-"of $events events the endings are $(tr '\n' ' ' <"$dir/ends")"}
  grep -q "\"sequence_number\":$((events - 1))}\$" "$dir/out" ||
    wrong=${wrong:-"the last event does not have number $((events - 1))"}
}

# ---- the corpus ----

# The command gives what the API gave. Scenarios with options of the API, or
# with something that the command refuses, are for tests/rounds_test.c alone.
test_corpus() {
  count=0
  for scenario in "$corpus"/*.json; do
    name=$(basename "$scenario" .json)
    ! grep -q '"options"' "$scenario" || continue
    count=$((count + 1))
    sed -n '/^[^#]/s/^[^ ]* //p' "$corpus/$name.events" >"$dir/want"
    case $(sed -n 's/^# status: \([a-z]*\) .*/\1/p' "$corpus/$name.events") in
    completed) want=0 ;;
    failed) want=1 ;;
    incomplete) want=3 ;;
    *) want=99 ;;
    esac
    run rounds --format jsonl "$scenario"
    [ "$status" -eq "$want" ] ||
      wrong=${wrong:-"$name: exit status $status, not $want"}
    cmp -s "$dir/want" "$dir/out" || wrong=${wrong:-"$name: other events"}
    run rounds --format jsonl --push 7 "$scenario"
    cmp -s "$dir/want" "$dir/out" ||
      wrong=${wrong:-"$name: other events at 7 bytes a push"}
  done
  [ $count -gt 100 ] || wrong=${wrong:-"only $count scenarios"}
  verdict "$count scenarios: the same events and a fitting exit status"
}

# ---- --tools ----

test_tools() {
  printf '{"search": "file_search_call", "ask": {"type": "mcp_call",\n' \
    >"$dir/tools.json"
  printf ' "server_label": "deep"}, "patch": {"type": "custom",' \
    >>"$dir/tools.json"
  printf ' "namespace": "git", "name": "apply"}}\n' >>"$dir/tools.json"

  run translate --tools "$dir/tools.json" --format jsonl \
    $corpus/mcp-unanswered-1.sse
  want_status 0
  sed -n '/^[^#]/s/^[^ ]* //p' $corpus/mcp-unanswered.events >"$dir/want"
  cmp -s "$dir/want" "$dir/out" || wrong=${wrong:-'other events'}
  verdict '--tools: translate shows a hosted call without a result'

  run collect --tools "$dir/tools.json" $corpus/custom-1.sse
  want_status 0
  grep -q '"type":"custom_tool_call".*"name":"apply","namespace":"git"' \
    "$dir/out" || wrong=${wrong:-"$(head -c 300 "$dir/out")"}
  verdict '--tools: collect shows a custom call with its namespace'

  refused_tools 'a type that is none' '{"a": "hammer"}' \
    'byte 7: no type of tool; there are function, custom, file_search_call'
  refused_tools 'a tool without a type' '{"a": {}}' 'no type of tool'
  refused_tools 'a tool that is a number' '{"a": 7}' 'byte 6: a tool is a type'
  refused_tools 'a namespace that is a number' \
    '{"a": {"type": "custom", "namespace": 7}}' 'is no string'
  refused_tools 'a list' '["a"]' 'not one JSON object'
  refused_tools 'what is not JSON' '{"a": ' 'byte 6: '
  run translate --tools "$dir/absent" $corpus/custom-1.sse
  want_status 2
  want_error "^sluice: $dir/absent: No such file"
  want_silence
  verdict '--tools: a file that is not there'
}
refused_tools() { # what, the file, a pattern
  printf '%s' "$2" >"$dir/bad.json"
  for command in translate collect; do
    run $command --tools "$dir/bad.json" $corpus/custom-1.sse
    want_status 2
    want_error "^sluice: $dir/bad.json: .*$3"
    want_silence
  done
  verdict "--tools: $1"
}

# ---- scenarios that do not fit ----

# refused WHAT SCENARIO PATTERN: nothing is written.
refused() {
  printf '%s' "$2" >"$dir/s.json"
  run rounds "$dir/s.json"
  want_status 2
  want_error "^sluice: $3"
  want_silence
  verdict "$1"
}
# broken WHAT SCENARIO ENDING PATTERN: what was written is whole.
broken() {
  printf '%s' "$2" >"$dir/s.json"
  run rounds "$dir/s.json"
  want_status 2
  want_error "^sluice: $4"
  want_events "$3"
  verdict "$1"
}

test_wrong() {
  cp $corpus/file-search-1.sse "$dir/one.sse"
  cp $corpus/file-search-2.sse "$dir/two.sse"
  one='"tool_types": {"search": "file_search_call"}, "rounds": [{"sse": "one.sse"'
  result='"tool_results": [{"call_id": "call_1", "output": "r"}]'
  here=$dir/s.json

  run rounds
  want_status 2
  want_silence
  grep -q 'SCENARIO' "$dir/err" || wrong=${wrong:-"$(cat "$dir/err")"}
  verdict 'no scenario named'
  run rounds "$dir/absent.json"
  want_status 2
  want_error "^sluice: $dir/absent.json: No such file"
  want_silence
  verdict 'a scenario that is not there'
  refused 'a directory for a stream' '{"rounds": [{"sse": "."}]}' \
    "$dir/\.: Is a directory"
  refused 'an empty scenario' '' "$here: byte 0: "
  refused 'what is not JSON' '{"rounds": [' "$here: byte 12: "
  refused 'a list' '[]' "$here: byte 0: this is not one JSON object; it should be"
  refused 'two objects' '{} {}' "$here: "
  refused 'no rounds' '{}' "$here: byte 0: no rounds in it; it should be"
  refused 'an empty list of rounds' '{"rounds": []}' "$here: .*no rounds in it"
  refused 'rounds that are no list' '{"rounds": {"a": 1}}' \
    "$here: .*no rounds in it"
  refused 'a round that is no object' '{"rounds": [7]}' \
    "$here: byte 12: a round without a file in .sse"
  refused 'a round without a stream' '{"rounds": [{}]}' \
    "$here: byte 12: a round without a file in .sse"
  refused 'a stream that is not there' '{"rounds": [{"sse": "none.sse"}]}' \
    "$dir/none.sse: No such file"
  refused 'a type of tool that is none' \
    '{"tool_types": {"a": "hammer"}, "rounds": [{"sse": "one.sse"}]}' \
    "$here: byte 22: no type of tool"
  refused 'tools that are a list' '{"tool_types": [], "rounds": []}' \
    "$here: byte 15: the tools are no object"
  refused 'files that are a list' '{"citation_files": [], "rounds": []}' \
    "$here: byte 19: the files are no object"
  refused 'a file whose name is a number' \
    '{"citation_files": {"file-a": 7}, "rounds": []}' \
    "$here: byte 30: the name of a file is no string"
  for most in 0 -1 1.5 '"3"' 4294967296; do
    refused "max_tool_calls $most" "{\"max_tool_calls\": $most, $one}]}" \
      "$here: byte [0-9]+: max_tool_calls is no number above 0"
  done

  broken 'a result for an unknown call' \
    "{$one, \"tool_results\": [{\"call_id\": \"call_9\"}]}]}" completed \
    "$here: .*a result for a call that does not wait"
  broken 'a second result for a call' "{$one, \"tool_results\": [
    {\"call_id\": \"call_1\"}, {\"call_id\": \"call_1\"}]}]}" completed \
    "$here: .*a second result for a call"
  broken 'results that are no array' "{$one, \"tool_results\": [
    {\"call_id\": \"call_1\", \"results\": {\"a\": 1}}]}]}" completed \
    "$here: .*results. that are no array"
  broken 'results that are not JSON' "{$one, \"tool_results\": [
    {\"call_id\": \"call_1\", \"results\": \"[1,\"}]}]}" completed \
    "$here: .*results. that are no array"
  broken 'tool_results that are no list' "{$one, \"tool_results\": 7}]}" \
    completed "$here: byte [0-9]*: tool_results are no array"
  broken 'a result that is no object' "{$one, \"tool_results\": [7]}]}" \
    completed "$here: byte [0-9]*: a result is no object"
  broken 'files of a result that are no object' \
    "{$one, \"tool_results\": [{\"files\": 7}]}]}" completed \
    "$here: byte [0-9]*: the files are no object"
  broken 'a round too many' \
    "{$one, $result}, {\"sse\": \"two.sse\"}, {\"sse\": \"two.sse\"}]}" \
    completed "$here: byte [0-9]*: a round too many"
  broken 'a round after a call without a result' \
    "{$one}, {\"sse\": \"two.sse\"}]}" completed \
    "$here: byte [0-9]*: a round follows, but a call still waits"
  broken 'a second stream that is not there' \
    "{$one, $result}, {\"sse\": \"none.sse\"}]}" failed \
    "$dir/none.sse: No such file"
  broken 'a second round without a stream' "{$one, $result}, {}]}" failed \
    "$here: byte [0-9]*: a round without a file"
  broken 'a result without a call' \
    "{\"rounds\": [{\"sse\": \"two.sse\", $result}]}" completed \
    "$here: byte [0-9]*: a result, but no call of the round waits for one"
  broken 'tools of a server that are no array' \
    "{\"mcp_tools\": [{\"tools\": 7}], \"rounds\": [{\"sse\": \"two.sse\"}]}" \
    failed "$here: byte [0-9]*: .tools. of a server are no array"
  broken 'tools of a server in a round that are no array' \
    "{$one, $result}, {\"sse\": \"two.sse\", \"mcp_tools\": [{\"tools\": 7}]}]}" \
    failed "$here: byte [0-9]*: .tools. of a server are no array"
  broken 'mcp_tools that are no array' \
    "{\"mcp_tools\": {\"a\": 1}, \"rounds\": [{\"sse\": \"two.sse\"}]}" \
    failed "$here: byte [0-9]*: mcp_tools are no array"

  printf '{%s, %s, "x": 1}, {"sse": "%s/two.sse"}], "y": []}' "$one" "$result" \
    "$dir" >"$here"
  run rounds "$here"
  want_status 0
  want_events completed
  verdict 'unknown members are ignored, and a path may begin at the root'
  skipped='{"call_id": "call_3", "output":
    "Tool call skipped: maximum tool calls limit (1) reached."}'
  cp $corpus/max-calls-past-1.sse "$dir/three.sse"
  printf '{"max_tool_calls": 1, "tool_types": {"search": "file_search_call",
    "ask": "mcp_call"}, "rounds": [{"sse": "three.sse", "tool_results": [
    {"call_id": "call_1", "output": "r"}, %s]}, {"sse": "two.sse"}]}' \
    "$skipped" >"$here"
  run rounds "$here"
  want_status 0
  want_events completed
  verdict 'the recorded result of a call over the limit is passed over'
  run rounds - <"$here"
  want_status 2
  verdict 'standard input is no scenario: its streams stand beside it'
}

# ---- another checker ----

test_checker() {
  checker=../shared/spec/check_events.py
  if [ ! -f $checker ] || ! command -v python3 >/dev/null; then
    printf 'skip - %s - %s\n' 'scenarios before the other checker' \
      'no ../shared, or no python3'
    return
  fi
  for scenario in "$corpus"/*.json; do
    grep -q '"options"' "$scenario" && continue
    run rounds "$scenario"
    python3 $checker --strict -q --allow \
      schema.usage-null,schema.user-null,schema.error-code "$dir/out" \
      >"$dir/said" 2>&1 ||
      wrong=${wrong:-"$(basename "$scenario"): $(head -n 1 "$dir/said")"}
  done
  verdict 'scenarios before the other checker'
}

test_corpus
test_tools
test_wrong
test_checker
exit $failed
