#!/bin/sh
# SPDX-License-Identifier: MIT
# examples.sh - the embedders of examples/, built as they are and each run
# against `sluice serve`, those in C under valgrind; then those in C once more
# under AddressSanitizer, LeakSanitizer and UBSan. Installs what they need.
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
