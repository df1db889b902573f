#!/bin/sh
# SPDX-License-Identifier: MIT
# `make install` and `make uninstall`, and what they are for: a program outside
# the tree that finds the library through pkg-config and links it either way.
set -u
: "${BUILD:=build}" "${CC:=cc}" "${CXX:=c++}" "${PKG_CONFIG:=pkg-config}"

if [ -n "${SANITIZE:-}" ]; then
  echo "skip - install - a library with sanitizers is not one to install"
  exit 0
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-install.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
log=$dir/log
failed=0

# NAME COMMAND... - passes when the command does, else shows what it said.
expect() {
  name=$1
  shift
  if "$@" >"$log" 2>&1; then
    echo "ok - $name"
  else
    echo "not ok - $name - status $? of: $*"
    cat "$log"
    failed=1
  fi
}

make_it() {
  "${MAKE:-make}" --no-print-directory OUT="$BUILD" "$@"
}

# What is installed under $1, one path a line.
listing() {
  (cd "$1" && find . ! -type d | sort)
}

# The files of an installation into PREFIX=$1 (relative).
expected() {
  version=$(cat VERSION)
  {
    echo "./$1/bin/sluice"
    for file in a so "so.${version%%.*}" "so.$version"; do
      echo "./$1/lib/libsluice.$file"
    done
    echo "./$1/lib/pkgconfig/sluice.pc"
    for file in include/sluice/*.h; do
      echo "./$1/$file"
    done
    for file in docs/man/*.[1-9]; do
      echo "./$1/share/man/man${file##*.}/${file##*/}"
    done
    for file in corpus/seed-*.sse; do
      echo "./$1/share/sluice/$file"
    done
  } | sort
}

# The program is the example of libsluice(3), which thereby is known to work.
awk '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { on = 0 } on' \
  docs/man/libsluice.3 | sed 's/\\e/\\/g' >"$dir/program.c"
cat >"$dir/input.sse" <<'END'
data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}

data: [DONE]

END

# 1. A package: everything below DESTDIR, nothing elsewhere.
root=$dir/root
expect "make install DESTDIR= works" make_it install DESTDIR="$root" PREFIX=/usr
[ "$failed" -eq 0 ] || exit 1
expected usr >"$dir/want"
listing "$root" >"$dir/got"
expect "it installs command, libraries, headers, sluice.pc, man pages, seeds" \
  diff "$dir/want" "$dir/got"
expect "sluice.pc does not name DESTDIR" \
  sh -c '! grep -F "$1" "$2"' sh "$root" "$root/usr/lib/pkgconfig/sluice.pc"
expect "make uninstall works" make_it uninstall DESTDIR="$root" PREFIX=/usr
expect "it leaves no file" sh -c '! find "$1" ! -type d | grep .' sh "$root"
expect "it leaves no folder of its own" \
  test ! -e "$root/usr/include/sluice" -a ! -e "$root/usr/share/sluice"

# 2. A folder of one's own, a library folder as on Debian, and a file beside
# ours that must stay.
prefix=$dir/own
lib=$prefix/lib/multiarch
mkdir -p "$lib" && : >"$lib/other.so"
expect "make install PREFIX= LIBDIR= works" \
  make_it install PREFIX="$prefix" LIBDIR="$lib"
[ "$failed" -eq 0 ] || exit 1
PKG_CONFIG_PATH=$lib/pkgconfig
export PKG_CONFIG_PATH
expect "sluice.pc has the version of VERSION" \
  "$PKG_CONFIG" --exact-version="$(cat VERSION)" sluice
flags=$("$PKG_CONFIG" --cflags --libs sluice)
static=$("$PKG_CONFIG" --cflags --static --libs sluice)
strict='-std=c11 -Wall -Wextra -Wconversion -Werror'

cd "$dir" || exit 2
expect "a program compiles with pkg-config --cflags --libs" \
  "$CC" $strict -o shared program.c $flags
expect "it needs libsluice.so with its soname" \
  sh -c 'readelf -d shared | grep -F "libsluice.so.$1]"' sh \
  "$(cut -d . -f 1 "$OLDPWD/VERSION")"
expect "it runs" sh -c 'LD_LIBRARY_PATH=$1 ./shared <input.sse >shared.out' \
  sh "$lib"
expect "a program compiles with -static and pkg-config --static --libs" \
  "$CC" $strict -static -o static program.c $static
expect "it runs without any shared library" \
  sh -c './static <input.sse >static.out'
expect "a program compiles with libsluice.a and the other libraries shared" \
  "$CC" $strict -o mixed program.c $("$PKG_CONFIG" --cflags sluice) \
  "$lib/libsluice.a" $("$PKG_CONFIG" --libs yajl libutf8proc)
expect "it runs" sh -c './mixed <input.sse >mixed.out'
expect "it translates a stream" grep -q '^event: response.completed' shared.out
expect "all three say the same" \
  sh -c 'cmp shared.out static.out && cmp shared.out mixed.out'
for example in "$OLDPWD"/examples/*.c; do
  expect "examples/${example##*/} compiles as its first lines say" \
    "$CC" -o example "$example" $flags
done
expect "the installed command translates the same" \
  sh -c '"$1/bin/sluice" translate --seed 1 input.sse | cmp - shared.out' sh \
  "$prefix"
cd "$OLDPWD" || exit 2

# 3. Each header alone, as installed: $1 = the language, $2… = the compiler.
headers() {
  language=$1
  shift
  for header in "$prefix"/include/sluice/*.h; do
    echo "#include <sluice/${header##*/}>" >"$dir/alone.c"
    expect "${header##*/} compiles alone as $language" \
      "$@" -Wall -Wextra -Wpedantic -Werror -I"$prefix/include" -fsyntax-only \
      "$dir/alone.c"
  done
}
headers C11 "$CC" -std=c11
if echo 'int i;' | "$CXX" -x c++ -fsyntax-only - 2>/dev/null; then
  headers C++11 "$CXX" -std=c++11 -x c++
else
  echo "skip - the headers as C++11 - there is no C++ compiler"
fi

expect "make uninstall works there, too" \
  make_it uninstall PREFIX="$prefix" LIBDIR="$lib"
listing "$prefix" >"$dir/got"
echo ./lib/multiarch/other.so >"$dir/want"
expect "it leaves what is not ours" diff "$dir/want" "$dir/got"

exit $failed
