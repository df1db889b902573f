#!/bin/sh
# SPDX-License-Identifier: MIT
# bench.sh - what a chunk costs: the instructions of each workload of the bench,
# counted by valgrind, are at most 5 % above bench/baseline.tsv. Skipped when
# that was made with other tools than there are here.
set -u
log=build/bench-count.log

mkdir -p build
${MAKE:-make} --no-print-directory bench-count >"$log" 2>&1
status=$?
grep -v '^  [A-Z][A-Z]  ' "$log"
if grep -q -E '^The baseline was made with|valgrind is not installed' "$log"; then
  exit 77
fi
exit $status
