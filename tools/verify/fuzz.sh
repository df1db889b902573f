#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.sh - each fuzzer for FUZZ_TIME seconds (60), two at a time: no law breaks,
# no sanitizer complains; then what of src/ the inputs reach. A change is judged
# by the same inputs as the one before it (FUZZ_START); `make fuzz` takes others.
: "${FUZZ_TIME:=60}" "${FUZZ_START:=1}"
export FUZZ_START
command -v clang-14 >/dev/null 2>&1 || {
  echo 'clang-14 is not there'
  exit 77
}
run() {
  ${MAKE:-make} --no-print-directory -j "$(nproc)" FUZZ_TIME="$FUZZ_TIME" "$@"
}
run fuzz-build >/dev/null || exit 1
run fuzz
status=$?
echo 'what of src/ the inputs reach:'
run fuzz-coverage | grep -v '^  ' || status=1
exit $status
