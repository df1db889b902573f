#!/bin/sh
# SPDX-License-Identifier: MIT
# curl.sh - examples/curl: each of many streams comes as if it were alone.
. examples/test/common.sh

streams=$BUILD/examples/streams
if [ -z "$SANITIZE" ]; then
  streams="valgrind --quiet --error-exitcode=99 --leak-check=full $streams"
fi

# together MODEL...: all at once; the lines of the n-th are in $dir/out.n.
together() {
  $streams "$url" "$@" >"$dir/out" 2>"$dir/err"
  rv=$?
  n=0
  for model in "$@"; do
    n=$((n + 1))
    sed -n "s/^\[$n\] //p" "$dir/out" >"$dir/out.$n"
    recorded "$model" "$dir/in"
    "$SLUICE" translate --seed $n --format jsonl "$dir/in" >"$dir/want" \
      2>"$dir/why"
    want_same "$dir/want" "$dir/out.$n"
    want_in "$dir/err" "^\[$n\] [A-Z_]*\$"
  done
  want 'its status' 0 $rv
}

together $STREAMS
verdict 'each of five streams is what sluice translate makes of it'
together $FAULTS seed-002
verdict 'streams that are cut, reset or broken end, and disturb no other'
together 'seed-002;status=500' nope seed-001
want_in "$dir/out.1" '"type":"response.failed".*asked for the status 500'
want_in "$dir/out.2" '"type":"response.failed".*no model'
verdict 'an HTTP error is a response that failed'

$streams http://127.0.0.1:$REFUSED/ seed-001 >"$dir/out" 2>"$dir/err"
want 'its status' 0 $?
want_in "$dir/out" '^\[1\] .*"type":"response.failed".*connect to server'
verdict 'so is a connection that was refused'

# More than a pipe holds, read late: all streams wait, and nothing is lost.
set -- seed-001 seed-002 'seed-003;pace=200' seed-004
for model in "$@" "$@" "$@"; do
  set -- "$@" "$model"
done
{ $streams "$url" "$@" 2>"$dir/err"; echo $? >"$dir/rv"; } |
  { sleep 2; cat; } >"$dir/out"
want 'its status' 0 "$(cat "$dir/rv")"
n=0
for model in "$@"; do
  n=$((n + 1))
  sed -n "s/^\[$n\] //p" "$dir/out" >"$dir/got"
  "$SLUICE" translate --seed $n --format jsonl "corpus/${model%%;*}.sse" \
    >"$dir/want"
  want_same "$dir/want" "$dir/got"
done
verdict "a slow reader makes $n streams wait"

{ $streams "$url" "$@" 2>"$dir/err"; echo $? >"$dir/rv"; } | head -n 1 >"$dir/out"
want 'its status' 0 "$(cat "$dir/rv")"
want_in "$dir/err" 'ERR_CALLBACK'
verdict 'without its reader it ends'

exit $failed
