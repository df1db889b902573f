#!/bin/sh
# SPDX-License-Identifier: MIT
# examples.sh - the embedders of examples/, built as they are and each run
# against `sluice serve`, those in C under valgrind; then those in C once more
# under AddressSanitizer, LeakSanitizer and UBSan, and read by gcc's static
# analyzer and clang-tidy. Installs what they need.
set -eu
: "${MAKE:=make}"

$MAKE --no-print-directory test-examples
$MAKE --no-print-directory OUT=build/asan WERROR= CFLAGS='-O1 -g' \
  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' \
  build/asan/sluice build/asan/examples/streams build/asan/examples/gateway
echo 'with sanitizers:'
BUILD=build/asan SLUICE=build/asan/sluice SANITIZE=address,undefined \
  ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 \
  sh tests/run.sh examples/test/curl.sh examples/test/libevent.sh
flags="-std=c11 -Iinclude $(pkg-config --cflags libcurl libevent) -I/usr/include/node"
for file in examples/*/*.c; do
  ${CC:-gcc} $flags -O2 -fanalyzer -Wall -Wextra -Werror -c -o /dev/null "$file"
  ${CLANG_TIDY:-clang-tidy-14} --quiet "$file" -- $flags 2>/dev/null
done
echo "$(ls examples/*/*.c | wc -l) files: the analyzer and clang-tidy are content"
