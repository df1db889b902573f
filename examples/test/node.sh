#!/bin/sh
# SPDX-License-Identifier: MIT
# node.sh - examples/node: the addon by its own tests, stream.js against `sluice
# serve`, and binding.gyp if there is a node-gyp.
. examples/test/lib.sh

stream() {
  node examples/node/stream.js "$@"
}

node --test --test-reporter=tap examples/node/test.js >"$dir/out" 2>&1
want 'its status' 0 $?
sed -n 's/^ *ok [0-9]* - \([a-z].*\)$/ok - \1/p' "$dir/out" | grep -v '\.js$'
[ -z "$wrong" ] || cat "$dir/out"
verdict 'the tests of index.js pass'

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
want_in "$dir/out" '"type":"response.failed".*ECONNREFUSED'
verdict 'so is a connection that was refused'

# npm brings a node-gyp. It takes the headers of the node that is installed.
gyp=$(command -v node-gyp) ||
  gyp=$(ls /usr/lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js \
    /usr/share/nodejs/node-gyp/bin/node-gyp.js 2>/dev/null | head -n 1)
prefix=$(dirname "$(dirname "$(node -p process.execPath)")")
if [ -z "$gyp" ] || [ ! -e "$prefix/include/node/common.gypi" ]; then
  echo 'skip - binding.gyp - there is no node-gyp, or not all that it needs'
elif [ -n "$SANITIZE" ]; then
  echo 'skip - binding.gyp - a library with sanitizers is not one to install'
else
  mkdir "$dir/addon"
  cp examples/node/* "$dir/addon"
  ${MAKE:-make} --no-print-directory OUT="$BUILD" PREFIX="$dir/sluice" install \
    >"$dir/log" 2>&1 &&
    (cd "$dir/addon" && PKG_CONFIG_PATH=$dir/sluice/lib/pkgconfig \
      "$gyp" rebuild "--nodedir=$prefix" >"$dir/log" 2>&1)
  want 'the status of node-gyp' 0 $?
  [ -z "$wrong" ] || cat "$dir/log"
  unset SLUICE_ADDON
  LD_LIBRARY_PATH=$dir/sluice/lib node "$dir/addon/stream.js" "$url" seed-002 7 \
    >"$dir/got"
  "$SLUICE" translate --seed 7 corpus/seed-002.sse >"$dir/want"
  want_same "$dir/want" "$dir/got"
  verdict 'node-gyp builds it against a library that is installed'
fi

exit $failed
