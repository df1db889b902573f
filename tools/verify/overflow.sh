#!/bin/sh
# SPDX-License-Identifier: MIT
# overflow.sh - no size is computed past its type: UBSan of clang reports each
# unsigned number that wraps and each that is cut to a smaller type, which C
# allows, while tests run that go through all of src/. Only hashes, random
# numbers and loops that count down to 0 may wrap: their lines say so. And all
# of it compiles for a machine of 32 bits without a warning of -Wconversion.
set -u
: "${MAKE:=make}" "${CLANG:=clang-14}"
command -v "$CLANG" >/dev/null || {
  echo "overflow: no $CLANG"
  exit 77
}
out=build/overflow
tests='nomem_test rounds_nomem_test stages_nomem_test limits_test json_test
text_test cite_test api_test'
flags='-fsanitize=undefined,unsigned-integer-overflow'
flags="$flags,implicit-integer-truncation -fno-sanitize-recover=undefined"

bins= wrong=0
for test in $tests; do
  [ ! -f "tests/$test.c" ] || bins="$bins $out/tests/$test"
done
$MAKE --no-print-directory OUT=$out CC="$CLANG" WERROR= CFLAGS='-O1 -g' \
  SANITIZE="$flags" $bins >/dev/null || exit 1
: >$out/said
for bin in $bins; do
  $bin >>$out/said 2>&1 || {
    echo "$bin failed"
    wrong=1
  }
done

# FILE:LINE of each report, and what stands there.
grep -h -o '^src/[a-z_0-9]*\.[ch]:[0-9]*:[0-9]*: runtime error' $out/said |
  cut -d : -f 1,2 | sort -u >$out/places
while IFS=: read -r file line; do
  text=$(sed -n "${line}p" "$file")
  case $text in
  *'hash'* | *'UINT64_C('* | *'mix('* | *'i-- > 0'* | *'n-- == 0'*) ;;
  *)
    echo "$file:$line:$text"
    wrong=1
    ;;
  esac
done <$out/places
echo "overflow: $(wc -l <$out/places) places wrap or cut, $wrong that must not"

# The headers of the C library do for types; nothing is linked.
mkdir -p $out/stub/gnu && : >$out/stub/gnu/stubs-32.h
for file in src/*.c; do
  "$CLANG" --target=i386-linux-gnu -std=c11 -Wall -Wextra -Wconversion -Werror \
    -Wshorten-64-to-32 -fsyntax-only -Iinclude -Isrc -I$out/stub \
    -isystem /usr/include/x86_64-linux-gnu "$file" || wrong=1
done
exit $wrong
