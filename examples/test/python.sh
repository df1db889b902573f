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

for model in $STREAMS $FAULTS; do
  check "$model" stream "$url" "$model" 7
  want "$model: what it says" '' "$(cat "$dir/err")"
done
verdict 'a stream, whole or broken, is what sluice translate makes of it'
stream "$url" nope >"$dir/out"
want 'its status' 1 $?
want_in "$dir/out" '"type":"response.failed".*no model'
verdict 'an HTTP error is a response that failed'
stream http://127.0.0.1:$REFUSED/ seed-001 >"$dir/out"
want 'its status' 1 $?
want_in "$dir/out" '"type":"response.failed".*Connection refused'
verdict 'so is a connection that was refused'

background "$dir/gateway" python3 -X dev examples/python/gateway.py 0 \
  "127.0.0.1:$port" 7
responses=$line
. examples/test/gateway.sh
check_gateway
check_alone python3 -X dev examples/python/gateway.py 0 127.0.0.1:
want 'what it complains of' '' "$(cat "$dir/gateway.err" "$dir/alone.err" | head -n 3)"
verdict 'the gateway has nothing to complain of'

exit $failed
