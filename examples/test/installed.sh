#!/bin/sh
# SPDX-License-Identifier: MIT
# installed.sh - the examples outside of the tree, against a library that was
# installed: the compiler takes those in C as their first lines say, Python and
# Lua find it by its name, and node-gyp builds the addon if there is a node-gyp.
. examples/test/common.sh

[ -z "$SANITIZE" ] || {
  echo 'skip - installed - a library with sanitizers is not one to install'
  exit 0
}
unset SLUICE_LIBRARY SLUICE_ADDON
prefix=$dir/prefix
${MAKE:-make} --no-print-directory OUT="$BUILD" PREFIX="$prefix" install \
  >"$dir/log" 2>&1
want 'the status of make install' 0 $?
PKG_CONFIG_PATH=$prefix/lib/pkgconfig
LD_LIBRARY_PATH=$prefix/lib
PYTHONDONTWRITEBYTECODE=1
export PKG_CONFIG_PATH LD_LIBRARY_PATH PYTHONDONTWRITEBYTECODE
cp -r examples "$dir"
cd "$dir/examples" || exit 2

# built FOLDER SOURCE: by the line of the source that begins with cc.
built() {
  line=$(sed -n 's/^ \*   cc /cc /p' "$1/$2")
  (cd "$1" && eval "${line:-false}") >"$dir/log" 2>&1
  want "the status of: $line" 0 $?
}

built curl streams.c
curl/streams "$url" seed-002 2>/dev/null | sed 's/^\[1\] //' >"$dir/got"
"$prefix/bin/sluice" translate --seed 1 --format jsonl "$root/corpus/seed-002.sse" \
  >"$dir/want"
want_same "$dir/want" "$dir/got"
verdict 'streams.c compiles as its first lines say, and runs'

built libevent gateway.c
background "$dir/gateway" libevent/gateway 0 127.0.0.1 "$port"
$CURL -d '{"model":"seed-002","input":"Hello","stream":true}' "$line" >"$dir/got"
want_in "$dir/got" '^event: response.completed'
verdict 'so does gateway.c'

check seed-002 python3 python/stream.py "$url" seed-002 7
verdict 'Python finds the library'
luajit nginx-lua/translate.lua 7 <"$root/corpus/seed-002.sse" >"$dir/got"
want_same "$dir/want" "$dir/got"
verdict 'Lua finds the library'

# npm brings a node-gyp. It takes the headers of the node that is installed.
gyp=$(command -v node-gyp) ||
  gyp=$(ls /usr/lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js \
    /usr/share/nodejs/node-gyp/bin/node-gyp.js 2>/dev/null | head -n 1)
node=$(dirname "$(dirname "$(node -p process.execPath)")")
if [ -z "$gyp" ] || [ ! -e "$node/include/node/common.gypi" ]; then
  echo 'skip - binding.gyp - there is no node-gyp, or not all that it needs'
else
  (cd node && "$gyp" rebuild "--nodedir=$node") >"$dir/log" 2>&1
  want 'the status of node-gyp' 0 $?
  [ -z "$wrong" ] || cat "$dir/log"
  check seed-002 node node/stream.js "$url" seed-002 7
  verdict 'node-gyp builds the addon'
fi

exit $failed
