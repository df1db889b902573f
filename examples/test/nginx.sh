#!/bin/sh
# SPDX-License-Identifier: MIT
# nginx.sh - examples/nginx-lua within nginx: its configuration as it is, but for
# the ports, the seed and a shorter patience.
. examples/test/lib.sh

PATH=$PATH:/usr/sbin
free=$(free_port)
cp "$BUILD"/examples/nginx-lua/*.lua "$dir"
mkdir "$dir/temp"
sed -e "s/127\.0\.0\.1:8089/127.0.0.1:$port/; s/127\.0\.0\.1:8090/127.0.0.1:$free/" \
  -e 's/\$request_id/00000000000000070000000000000000/' \
  -e 's/read_timeout 600s/read_timeout 1s/' \
  "$BUILD/examples/nginx-lua/nginx.conf" >"$dir/nginx.conf"
nginx -p "$dir" -c nginx.conf -g 'daemon off;' 2>"$dir/log" &
server=$!
children="$children $server"
until_true test -s "$dir/nginx.pid"
responses=http://127.0.0.1:$free/v1/responses
until_true $CURL -o "$dir/out" "$responses"

ask() {
  $CURL -d "{\"model\":\"$1\",\"stream\":true,\"input\":\"Hello\"}" "$responses"
}

for model in $STREAMS; do
  check "$model" ask "$model"
  want "$model: curl's status" 0 $rv
done
verdict 'a stream is what sluice translate makes of it'
for model in $FAULTS; do
  check "$model" ask "$model"
  want "$model: curl's status" 0 $rv
done
verdict 'a stream that is cut, reset or broken ends as it should'

recorded 'seed-002;cut=9' "$dir/in"
"$SLUICE" translate --seed 7 "$dir/in" >"$dir/want" 2>/dev/null
ask 'seed-002;stall=9' >"$dir/got" 2>"$dir/err"
want "curl's status" 0 $?
want_same "$dir/want" "$dir/got"
verdict 'so does an upstream that falls silent'

http=$($CURL -o "$dir/out" -w '%{http_code}' \
  -d '{"model":"nope","input":"Hello","stream":true}' "$responses")
want 'the status of HTTP' 404 "$http"
want_in "$dir/out" 'no model'
verdict 'an HTTP error of the upstream is one of the client'

# Ten at once, of which some leave.
for n in 1 2 3 4 5 6 7 8 9 10; do
  ask 'seed-002;pace=50' >"$dir/many.$n" &
  clients="${clients:-} $!"
  ask 'seed-003;pace=20' 2>/dev/null | head -c 500 >/dev/null
done
wait $clients
"$SLUICE" translate --seed 7 corpus/seed-002.sse >"$dir/want"
for n in 1 2 3 4 5 6 7 8 9 10; do
  want_same "$dir/want" "$dir/many.$n"
done
verdict 'many at once, some of which leave'

kill -QUIT $server
wait $server
want 'the status of nginx' 0 $?
want 'what its log complains of' '' \
  "$(grep -v -E ' upstream |recv\(\) failed|^$' "$dir/log" | head -n 3)"
verdict 'nginx has nothing to complain of'

exit $failed
