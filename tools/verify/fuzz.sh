#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.sh - each fuzzer for FUZZ_TIME seconds (60), two at a time: no law breaks,
# no sanitizer complains; then what of src/ the inputs reach.
: "${FUZZ_TIME:=60}"
command -v clang-14 >/dev/null 2>&1 || {
  echo 'clang-14 is not there'
  exit 77
}
${MAKE:-make} --no-print-directory -j "$(nproc)" fuzz FUZZ_TIME="$FUZZ_TIME" &&
  ${MAKE:-make} --no-print-directory -j "$(nproc)" fuzz-coverage
