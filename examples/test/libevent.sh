#!/bin/sh
# SPDX-License-Identifier: MIT
# libevent.sh - examples/libevent: the gateway between curl and `sluice serve`.
. examples/test/common.sh
. examples/test/gateway.sh

gateway=$BUILD/examples/gateway
if [ -z "$SANITIZE" ]; then
  gateway="valgrind --quiet --error-exitcode=99 --leak-check=full $gateway"
fi
background "$dir/gateway" $gateway 0 127.0.0.1 "$port" 7
server=$child
responses=$line

check_gateway

# 100,000 letters, an event each, for a client that reads nothing at first: what
# the gateway holds is not what waits.
mkdir "$dir/large"
awk 'BEGIN {
  chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}\n\n"
  for (i = 0; i < 100000; i++)
    printf chunk, i % 10
  print "data: [DONE]\n"
}' >"$dir/large/many.sse"
settings many
"$SLUICE" translate --seed 7 $options "$dir/large/many.sse" >"$dir/want"
background "$dir/serve.large" "$SLUICE" serve --port 0 --corpus "$dir/large"
background "$dir/plain" "$BUILD/examples/gateway" 0 127.0.0.1 \
  "$(expr "$line" : '.*127\.0\.0\.1:\([0-9]*\)/')" 7
responses=$line ask many | { sleep 2; cat; } >"$dir/got"
want_same "$dir/want" "$dir/got"
most=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$child/status")
[ -n "$SANITIZE" ] || [ "$most" -lt 12000 ] ||
  wrong=${wrong:-"it held $most KB, of $(wc -c <"$dir/want") bytes"}
verdict 'a slow client makes its upstream wait'

waits=$responses
check_alone $gateway 0 127.0.0.1 ''
kill "$child"
wait "$child"
want 'its status' 0 $?
want 'what it complains of' '' "$(cat "$dir/alone.err")"
responses=$waits
ask 'seed-002;stall=9' >"$dir/got" 2>/dev/null &
client=$!
until_true grep -q delta "$dir/got"
kill $server
wait $server
want 'its status' 0 $?
want 'what it complains of' '' "$(cat "$dir/gateway.err")"
wait $client
verdict 'it stops at once, and gives back all memory'

exit $failed
