#!/bin/sh
# SPDX-License-Identifier: MIT
# upstream.sh PREFIX - builds yajl 2.1.0 as its author left it, without the
# patches of any distribution and with its assertions on: PREFIX/include,
# PREFIX/lib/libyajl.a and a yajl.pc for PKG_CONFIG_PATH. CC and CFLAGS are
# those of the environment, so that a sanitizer can look into it.
#
# The source is Debian's original archive, which `apt-get source` fetches with
# lists of its own: nothing of the system changes. It is held to the sum below
# and kept in build/upstream. YAJL_SOURCE names an archive that is at hand.
# Ends with 77 when the source cannot be had.
set -eu

ARCHIVE=yajl_2.1.0.orig.tar.gz
SHA256=3fb73364a5a30efe615046d07e6db9d09fd2b41c763c5f7d3bfb121cd5c5ac5a

[ $# -eq 1 ] || { echo 'usage: upstream.sh PREFIX' >&2; exit 2; }
mkdir -p "$1"
prefix=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
mkdir -p build/upstream
kept=$(pwd)/build/upstream/$ARCHIVE

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-upstream.XXXXXX")
trap 'rm -rf "$dir"' EXIT

lack() {
  echo "upstream: $1; YAJL_SOURCE=FILE names an archive that is at hand" >&2
  exit 77
}

right() {
  [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$SHA256  -" ]
}

# The system's package sources as sources of source: files of the new form and
# of the old one.
source_lists() {
  for file in /etc/apt/sources.list.d/*.sources; do
    [ ! -f "$file" ] ||
      sed 's/^Types:.*/Types: deb-src/' "$file" >"$dir/parts/${file##*/}"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -f "$file" ] ||
      sed -n 's/^deb /deb-src /p' "$file" >"$dir/parts/src-${file##*/}"
  done
}

apt() {
  apt-get -q -o Dir::Etc::sourceparts="$dir/parts" \
    -o Dir::Etc::sourcelist=/dev/null -o Dir::State::Lists="$dir/lists" \
    -o Dir::Cache="$dir/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}

fetch() {
  command -v apt-get >/dev/null || lack 'no apt-get to fetch the source with'
  mkdir -p "$dir/parts" "$dir/lists/partial" "$dir/cache/archives/partial"
  source_lists
  # A list that fails may not be the one that is needed.
  apt update >"$dir/log" 2>&1 || true
  (cd "$dir" && apt source --download-only yajl) >>"$dir/log" 2>&1 || {
    tail -n 5 "$dir/log" >&2
    lack 'apt-get cannot fetch the source of yajl'
  }
  right "$dir/$ARCHIVE" || {
    echo "upstream: apt-get fetched an $ARCHIVE that has not the sum $SHA256" >&2
    exit 1
  }
  cp "$dir/$ARCHIVE" "$kept"
}

if [ -n "${YAJL_SOURCE:-}" ]; then
  right "$YAJL_SOURCE" || {
    echo "upstream: $YAJL_SOURCE is not $ARCHIVE with the sum $SHA256" >&2
    exit 1
  }
  kept=$YAJL_SOURCE
elif ! right "$kept"; then
  fetch
fi

# Its own build wants cmake, which adds nothing but the three numbers.
tar -xzf "$kept" -C "$dir"
src=$dir/yajl-2.1.0/src
mkdir -p "$prefix/include/yajl" "$prefix/lib/pkgconfig"
cp "$src"/api/*.h "$prefix/include/yajl"
sed 's/${YAJL_MAJOR}/2/; s/${YAJL_MINOR}/1/; s/${YAJL_MICRO}/0/' \
  "$src/api/yajl_version.h.cmake" >"$prefix/include/yajl/yajl_version.h"
for file in "$src"/*.c; do
  # As upstream builds it, but for NDEBUG.
  ${CC:-cc} -std=c99 -fPIC -fvisibility=hidden ${CFLAGS:--O1 -g} -UNDEBUG \
    -I"$prefix/include" -I"$src" -c -o "${file%.c}.o" "$file"
done
rm -f "$prefix/lib/libyajl.a"
ar rcs "$prefix/lib/libyajl.a" "$src"/*.o
cat >"$prefix/lib/pkgconfig/yajl.pc" <<END
Name: yajl
Description: yajl as its author left it
Version: 2.1.0
Cflags: -I$prefix/include
Libs: -L$prefix/lib -lyajl
END
