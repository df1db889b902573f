# SPDX-License-Identifier: MIT
# common.sh - what the tests of the examples share: a folder, $dir, that goes away;
# `sluice serve` on a free port, $port and $url; and the check that an example
# makes of a stream what `sluice translate` makes of it, byte by byte. Run from
# the root of the tree; BUILD is the tree that was built, SLUICE the command.
set -u
LC_ALL=C
export LC_ALL
: "${BUILD:=build}" "${SLUICE:=$BUILD/sluice}" "${SANITIZE:=}"
root=$PWD
case $SLUICE in /*) ;; *) SLUICE=$root/$SLUICE ;; esac
case $BUILD in /*) ;; *) BUILD=$root/$BUILD ;; esac
SLUICE_LIBRARY=$BUILD/libsluice.so.0
SLUICE_ADDON=$BUILD/examples/sluice.node
export BUILD SLUICE SLUICE_LIBRARY SLUICE_ADDON

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-example.XXXXXX") || exit 2
chmod 755 "$dir"
children=
. tests/lib-verdict.sh
cleanup() {
  for child in $children; do
    kill "$child" 2>/dev/null
  done
  wait
  rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Each notes what is wrong, the first time.

# background FILE COMMAND...: until the test is over; its first line in $line.
background() {
  file=$1
  shift
  "$@" >"$file" 2>"$file.err" &
  child=$!
  children="$children $child"
  until_true test -s "$file"
  read -r line <"$file"
}

background "$dir/serve" "$SLUICE" serve --port 0 --verbose
serving=$child
port=$(expr "$line" : '.*127\.0\.0\.1:\([0-9]*\)/')
url=http://127.0.0.1:$port/v1/chat/completions
[ -n "$port" ] || {
  echo "not ok - sluice serve starts - it says: $(cat "$dir/serve.err")"
  exit 1
}

CURL='curl -q -sS -N --noproxy 127.0.0.1 --max-time 60'

# recorded MODEL FILE: the bytes that the upstream sends, up to a cut.
recorded() {
  $CURL -o "$2" -d "{\"model\":\"$1\",\"stream\":true}" "$url" 2>/dev/null
}

# check MODEL COMMAND...: what the command writes for the model is what `sluice
# translate` makes of those bytes with the seed 7 (and $options); $rv is its
# status.
check() {
  model=$1
  shift
  recorded "$model" "$dir/in"
  "$SLUICE" translate --seed 7 ${options:-} "$dir/in" >"$dir/want" 2>/dev/null
  "$@" >"$dir/got" 2>"$dir/err"
  rv=$?
  want_same "$dir/want" "$dir/got"
}

# What all are tried with: streams, and all that goes wrong upstream.
STREAMS='seed-001 seed-002 seed-003 seed-004;split=3 seed-002;split=1'
FAULTS='seed-002;cut=9 seed-002;cut=1 seed-002;reset=9 seed-002;end=5
seed-002;error=4 seed-002;garbage=3 seed-002;html'

# A port of this machine where nobody listens.
free_port() {
  python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}
REFUSED=$(free_port)

# check_streams WORDS: `stream URL MODEL SEED`, a client that writes the events it
# makes, over all of that; WORDS are what it says of a refused connection.
check_streams() {
  for model in $STREAMS $FAULTS; do
    check "$model" stream "$url" "$model" 7
    want "$model: what it says" '' "$(cat "$dir/err")"
  done
  verdict 'a stream, whole or broken, is what sluice translate makes of it'
  stream "$url" nope >"$dir/out"
  want 'its status' 1 $?
  want_in "$dir/out" '"type":"response.failed".*no model'
  verdict 'an HTTP error is a response that failed'
  stream "http://127.0.0.1:$REFUSED/" seed-001 >"$dir/out"
  want 'its status' 1 $?
  want_in "$dir/out" "\"type\":\"response.failed\".*$1"
  verdict 'so is a connection that was refused'
}
