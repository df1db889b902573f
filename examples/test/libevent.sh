#!/bin/sh
# SPDX-License-Identifier: MIT
# libevent.sh - examples/libevent: the gateway between curl and `sluice serve`.
. examples/test/lib.sh

gateway=$BUILD/examples/gateway
if [ -z "$SANITIZE" ]; then
  gateway="valgrind --quiet --error-exitcode=99 --leak-check=full $gateway"
fi
background "$dir/gateway" $gateway 0 127.0.0.1 "$port" 7
server=$child
responses=$line

# Its answers show the settings of the request.
settings='"temperature":0.5,"instructions":"Be brief.","store":false'
options="--request $dir/settings.json"
settings() { # MODEL
  echo "{\"model\":\"$1\",$settings}" >"$dir/settings.json"
}

ask() { # MODEL [MEMBERS]
  $CURL -d "{\"model\":\"$1\",${2:-\"stream\":true},\"input\":\"Hello\",$settings}" \
    "$responses"
}

for model in $STREAMS; do
  settings "$model"
  check "$model" ask "$model"
  want "$model: curl's status" 0 $rv
done
verdict 'a stream is what sluice translate makes of it'
for model in $FAULTS; do
  settings "$model"
  check "$model" ask "$model"
  want "$model: curl's status" 0 $rv
done
verdict 'a stream that is cut, reset or broken ends as it should'

# status BODY CODE PATTERN: HTTP's answer to a body that is no use.
status() {
  http=$($CURL -o "$dir/out" -w '%{http_code}' -d "$1" "$responses")
  want 'the status of HTTP' "$2" "$http"
  want_in "$dir/out" "$3"
}
status '{"model":"nope","input":"Hello","stream":true}' 404 'no model'
verdict 'an HTTP error of the upstream is one of the client'
status '{"model":' 400 '"error":.*JSON'
status '{"model":"seed-001","input":"Hello","background":true}' 400 'background'
verdict 'a request that cannot be served is an HTTP error'

# Without a stream: the response of the last event.
ask seed-002 '"stream":false' >"$dir/got" 2>"$dir/err"
want "curl's status" 0 $?
$CURL -d '{"model":"seed-002","stream":false}' "$url" >"$dir/in"
settings seed-002
"$SLUICE" translate --seed 7 $options "$dir/in" |
  sed -n '$!{h;d};x;s/^data: {"type":"response.completed","response"://;s/,"sequence_number":[0-9]*}$//p' |
  tr -d '\n' >"$dir/want"
want_same "$dir/want" "$dir/got"
verdict 'who asks for no stream gets the response'

# Ten at once, of which some leave.
clients=
for n in 1 2 3 4 5 6 7 8 9 10; do
  ask 'seed-002;pace=50' >"$dir/many.$n" &
  clients="$clients $!"
  ask 'seed-003;pace=20' 2>/dev/null | head -c 500 >/dev/null
done
wait $clients
"$SLUICE" translate --seed 7 $options corpus/seed-002.sse >"$dir/want"
for n in 1 2 3 4 5 6 7 8 9 10; do
  want_same "$dir/want" "$dir/many.$n"
done
verdict 'many at once, some of which leave'

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

# An upstream that nobody listens for; a stop while a client waits.
background "$dir/alone" $gateway 0 127.0.0.1 $REFUSED
http=$($CURL -o "$dir/out" -w '%{http_code}' -d '{"model":"m","input":"Hello"}' \
  "$line")
want 'the status of HTTP' 502 "$http"
want_in "$dir/out" '"error":.*no answer'
kill "$child"
wait "$child"
want 'its status' 0 $?
want 'what it complains of' '' "$(cat "$dir/alone.err")"
verdict 'without an upstream the answer is 502'

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
