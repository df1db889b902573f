#!/bin/sh
# SPDX-License-Identifier: MIT
# yajl.sh - the tests of all that JSON passes through, against yajl 2.1.0 as its
# author left it (tools/upstream.sh): without the patches of Debian, with its
# assertions on, under AddressSanitizer and UBSan. No input may reach one of its
# faults. First it shows that it is that yajl: given straight to it, the
# payloads of CVE-2017-16516 abort.
set -u
cd "$(dirname "$0")/../.." || exit 2

TESTS='wall json grammar eventstream golden random nomem chunk chat fold echo
       text utf8 rounds rounds_nomem laws event'
SAN='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
out=build/yajl
prefix=$out/upstream
: "${CC:=cc}"

CFLAGS="-O1 -g $SAN" CC=$CC sh tools/upstream.sh "$prefix" || exit
PKG_CONFIG_PATH=$(pwd)/$prefix/lib/pkgconfig
export PKG_CONFIG_PATH

# No part of the parser asks libc for memory but the default functions, which
# sluice never takes. (yajl_tree does, and is not linked.)
nm -A "$prefix/lib/libyajl.a" |
  awk '/yajl_(alloc|tree)\.o:/ { next }
       $NF ~ /^(malloc|realloc|calloc|free)$/ { print; bad = 1 }
       END { exit bad }' || exit 1

cat >"$out/direct.c" <<'END'
#include <stdio.h>
#include <yajl/yajl_parse.h>

static int on_string(void *ctx, const unsigned char *p, size_t n)
{
  (void)ctx;
  return fwrite(p, 1, n, stdout) == n;
}

int main(void)
{
  static unsigned char text[4096];
  yajl_callbacks callbacks = {0};
  size_t n = fread(text, 1, sizeof(text), stdin);
  yajl_handle h;
  yajl_status status;

  callbacks.yajl_string = on_string;
  h = yajl_alloc(&callbacks, NULL, NULL);
  status = yajl_parse(h, text, n);
  yajl_free(h);
  return status == yajl_status_ok ? 0 : 1;
}
END
$CC -O1 -g $SAN $(pkg-config --cflags yajl) -o "$out/direct" "$out/direct.c" \
  $(pkg-config --libs yajl) || exit 1

# SIGABRT is 128 + 6. The shell would tell of it, too.
aborted=0
for text in '["\ud800\\a"]' '["\ud800\\u0"]' '["\udbff\\z"]'; do
  (printf '%s' "$text" | "$out/direct") >"$out/direct.log" 2>&1
  status=$?
  if [ $status -ne 134 ] || ! grep -q 'Assertion' "$out/direct.log"; then
    printf '%s\n' "yajl: $text given straight to it ends with $status, not by
its assertion: this is not the yajl without patches"
    exit 1
  fi
  aborted=$((aborted + 1))
done
printf '["a"]' | "$out/direct" >/dev/null || exit 1
echo "yajl without patches: $aborted of 3 payloads of CVE-2017-16516 abort it"

set --
for test in $TESTS; do
  set -- "$@" "$out/sluice/tests/${test}_test"
done
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1
${MAKE:-make} --no-print-directory -j "$(nproc)" OUT="$out/sluice" WERROR= \
  CFLAGS='-O1 -g' SANITIZE="$SAN" "$out/sluice/sluice" "$@" || exit 1

# The command is linked with that yajl, and with no other.
if ldd "$out/sluice/sluice" | grep yajl; then
  echo 'yajl: the command is linked with the yajl of the system'
  exit 1
fi
for text in '\ud800\\a' '\ud800\\u0' '\udbff\\z'; do
  printf 'data: {"choices":[{"delta":{"content":"%s"}}]}\n\ndata: [DONE]\n\n' \
    "$text" | "$out/sluice/sluice" translate >"$out/translate.log"
  status=$?
  if [ $status -ne 0 ] || ! grep -q '"delta":"�\\' "$out/translate.log"; then
    printf '%s\n' "yajl: sluice ends with $status on $text, or its text is wrong"
    exit 1
  fi
done
echo 'sluice on the same: 3 of 3 give U+FFFD and the rest'

BUILD=$out/sluice SLUICE=$out/sluice/sluice SANITIZE=$SAN sh tests/run.sh "$@"
