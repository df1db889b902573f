#!/bin/sh
# SPDX-License-Identifier: MIT
# node.sh - examples/node: the addon by its own tests, stream.js and the gateway
# against `sluice serve`.
. examples/test/common.sh

stream() {
  node examples/node/stream.js "$@"
}

node --test --test-reporter=tap examples/node/test.js >"$dir/out" 2>&1
want 'its status' 0 $?
sed -n 's/^ *ok [0-9]* - \([a-z].*\)$/ok - \1/p' "$dir/out" | grep -v '\.js$'
[ -z "$wrong" ] || cat "$dir/out"
verdict 'the tests of index.js pass'

check_streams ECONNREFUSED

background "$dir/gateway" node examples/node/gateway.js 0 "$url" 7
responses=$line
. examples/test/gateway.sh
check_gateway
check_alone node examples/node/gateway.js 0 http://127.0.0.1:
want 'what it complains of' '' "$(cat "$dir/gateway.err" "$dir/alone.err" | head -n 3)"
verdict 'the gateway has nothing to complain of'

exit $failed
