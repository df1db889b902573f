#!/bin/sh
# SPDX-License-Identifier: MIT
# python.sh - examples/python: the module by its own tests, stream.py and the
# gateway against `sluice serve`.
. examples/test/common.sh

PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
stream() {
  python3 -X dev examples/python/stream.py "$@"
}

python3 -X dev -W error examples/python/test_sluice.py -v >"$dir/out" 2>&1
want 'its status' 0 $?
sed -n 's/^\(test_[a-z_]*\) .* \.\.\. ok$/ok - \1/p' "$dir/out"
[ -z "$wrong" ] || cat "$dir/out"
verdict 'the tests of sluice.py pass'

check_streams 'Connection refused'

background "$dir/gateway" python3 -X dev examples/python/gateway.py 0 \
  "127.0.0.1:$port" 7
responses=$line
. examples/test/gateway.sh
check_gateway
check_alone python3 -X dev examples/python/gateway.py 0 127.0.0.1:
want 'what it complains of' '' "$(cat "$dir/gateway.err" "$dir/alone.err" | head -n 3)"
verdict 'the gateway has nothing to complain of'

exit $failed
