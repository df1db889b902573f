#!/bin/sh
# SPDX-License-Identifier: MIT
# nginx.sh - examples/nginx-lua within nginx: its configuration as it is, but for
# the ports, the seed and a shorter patience.
. examples/test/common.sh
. examples/test/gateway.sh

PATH=$PATH:/usr/sbin
free=$(free_port)
cp "$BUILD"/examples/nginx-lua/*.lua "$dir"
mkdir "$dir/temp"
sed -e "s/127\.0\.0\.1:8089/127.0.0.1:$port/; s/127\.0\.0\.1:8090/127.0.0.1:$free/" \
  -e 's/\$request_id/00000000000000070000000000000000/' \
  -e 's/read_timeout 600s/read_timeout 5s/' \
  "$BUILD/examples/nginx-lua/nginx.conf" >"$dir/nginx.conf"
nginx -p "$dir" -c nginx.conf -g 'daemon off;' 2>"$dir/log" &
server=$!
children="$children $server"
until_true test -s "$dir/nginx.pid"
responses=http://127.0.0.1:$free/v1/responses
until_true $CURL -o "$dir/out" "$responses"

check_gateway

recorded 'seed-002;cut=9' "$dir/in"
settings 'seed-002;stall=9'
"$SLUICE" translate --seed 7 $options "$dir/in" >"$dir/want" 2>/dev/null
ask 'seed-002;stall=9' >"$dir/got" 2>"$dir/err"
want "curl's status" 0 $?
want_same "$dir/want" "$dir/got"
verdict 'so does an upstream that falls silent'

kill $serving
wait $serving
check_status '{"model":"m","input":"Hello","stream":true}' 502 502
verdict 'without an upstream the answer is 502'

kill -QUIT $server
wait $server
want 'the status of nginx' 0 $?
want 'what its log complains of' '' \
  "$(grep -i -E 'lua|\[(alert|crit|emerg)\]' "$dir/log" | head -n 3)"
verdict 'nginx has nothing to complain of'

exit $failed
