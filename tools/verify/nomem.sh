#!/bin/sh
# SPDX-License-Identifier: MIT
# nomem.sh - each allocation of the commands fails, once and for good: the same
# output, or a message and a status that says so, never a signal; and what
# `translate` and `rounds` wrote with status 1 is a lawful stream that failed.
# (What the library does is in tests/*nomem_test.c, which `make test` runs, and
# `make verify STEPS=asan` once more.) NOMEM_MOST allocations of a command fail
# one by one; of those beyond, each seventh.
set -u
: "${MAKE:=make}" "${CC:=cc}" "${NOMEM_MOST:=150}"
$MAKE --no-print-directory build/sluice || exit 1

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-nomem.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
printf 'int main(void) { return 0; }\n' >"$dir/none.c"
if ! $CC -shared -fPIC -O2 -o "$dir/nomem.so" tests/preload/nomem.c -ldl \
  2>"$dir/cc" || ! $CC -o "$dir/none" "$dir/none.c" ||
  ! NOMEM_COUNT="$dir/count" LD_PRELOAD="$dir/nomem.so" "$dir/none" ||
  ! [ -s "$dir/count" ]; then
  echo "nomem: this C library cannot be preloaded that way"
  sed 5q "$dir/cc"
  exit 77
fi

faults=0 runs=0 whole=0 told=0 lawful=0

fault() {
  faults=$((faults + 1))
  [ "$faults" -gt 20 ] && return
  echo "NOT OK: allocation $1${2:+ and all after it}: $3: sluice $4"
  sed 's/^/  /;3q' "$dir/err"
}

# A stream that failed must say so in a way that clients understand.
check_stream() {
  sum=$(cksum <"$dir/out")
  grep -q -x -F "$sum" "$dir/sums" && return 0
  echo "$sum" >>"$dir/sums"
  lawful=$((lawful + 1))
  case " $* " in
  *' jsonl '*) format=jsonl ;;
  *) format=sse ;;
  esac
  tail -n 5 "$dir/out" | grep -q '"type":"response.failed"' &&
    build/sluice lint --quiet --format $format "$dir/out" >"$dir/lint" 2>&1
}

# check AT ALL STATUS COMMAND...
check() {
  at=$1 all=$2 status=$3
  shift 3
  if [ "$status" -gt 3 ]; then
    fault "$at" "$all" "status $status" "$*"
  elif [ "$status" -eq "$good" ] && cmp -s "$dir/out" "$dir/good"; then
    whole=$((whole + 1))
  elif [ "$status" -eq 0 ] || [ "$status" -eq 3 ]; then
    fault "$at" "$all" "status $status, but other output" "$*"
  elif ! grep -q '^sluice: ' "$dir/err"; then
    fault "$at" "$all" "status $status without a word" "$*"
  else
    told=$((told + 1))
    case $1:$status in
    translate:1 | rounds:1)
      check_stream "$@" || fault "$at" "$all" "the stream is not lawful" "$*"
      ;;
    esac
  fi
}

# sweep COMMAND... - the input comes from $dir/in
sweep() {
  : >"$dir/sums"
  NOMEM_COUNT="$dir/count" LD_PRELOAD="$dir/nomem.so" \
    build/sluice "$@" <"$dir/in" >"$dir/good" 2>"$dir/err"
  good=$? count=$(cat "$dir/count")
  for all in '' 1; do
    at=0
    while [ "$at" -lt "$count" ]; do
      NOMEM_AT=$at NOMEM_ALL=$all LD_PRELOAD="$dir/nomem.so" \
        timeout 20 build/sluice "$@" <"$dir/in" >"$dir/out" 2>"$dir/err"
      check "$at" "$all" $? "$@"
      runs=$((runs + 1))
      [ "$at" -lt "$NOMEM_MOST" ] && at=$((at + 1)) || at=$((at + 7))
    done
  done
  printf '%-66s %6s allocations\n' "sluice $*" "$count"
}

cat >"$dir/request.json" <<'JSON'
{"model":"m","tools":[{"type":"custom","name":"c"}],"metadata":{"a":"b"}}
JSON
echo '{"file-abc":"a.txt","file-b":"b.txt"}' >"$dir/files.json"
echo '{"f":{"type":"mcp_call","server_label":"s"},"g":"custom"}' >"$dir/tools.json"

for name in seed-002 f18-interleaved b03-error-odd-bytes b06-body-calls; do
  cat "corpus/$name.sse" >"$dir/in"
  sweep translate
  sweep collect
  sweep collect --chat
  sweep inspect
  sweep inspect --json
  build/sluice translate <"$dir/in" >"$dir/events" 2>"$dir/err"
  cat "$dir/events" >"$dir/in"
  sweep lint
done
cat corpus/call-waiting-kinds.sse >"$dir/in"
sweep translate --format jsonl --push 5
sweep translate --request "$dir/request.json" --citation-files "$dir/files.json" \
  --tools "$dir/tools.json" --done --obfuscation
sweep lint --json "$dir/events"
for name in results-reversed-kinds files-registered max-calls-over-rounds; do
  sweep rounds "corpus/rounds/$name.json"
done
printf '%s runs: %s with the good output, %s with a message (%s different %s\n' \
  "$runs" "$whole" "$told" "$lawful" "streams of those judged); $faults faults"
[ "$faults" -eq 0 ]
