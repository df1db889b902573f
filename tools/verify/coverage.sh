#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh [write] - the tests in C reach every line and every branch of src/
# (gcov, without optimization), but those that tests/uncovered.txt lists with
# the reason. With `write`: all that they do not reach, in the form of that list.
set -eu
cd "$(dirname "$0")/../.."

out=build/coverage
list=tests/uncovered.txt
log=$out/log

# The figures of $2 (a folder) -> $out/$1.json.
measure() {
  gcovr --no-markers -r . --filter "$2/" --json "$out/$1.json" \
    --object-directory "$out/obj" "$out/obj/$2" 2>"$log" || { cat "$log"; exit 1; }
}

# golden_test takes samples of its cuts when SANITIZE says anything.
mkdir -p $out
find $out -name '*.gcda' -exec rm -f {} +
# Not those of the command and of the checkers.
tests=$(ls tests/*_test.c | grep -v -E '/(laws|laws_tool|lint|replay)_test' |
  sed "s|\(.*\)\.c$|$out/\1|")
${MAKE:-make} --no-print-directory -j "$(nproc)" OUT=$out WERROR= \
  CFLAGS='-O0 -g' SANITIZE='--coverage -fprofile-update=atomic' $tests \
  >"$log" 2>&1 || { cat "$log"; exit 1; }

BUILD=$out SLUICE=$out/sluice SANITIZE=--coverage \
  sh tests/run.sh $tests >"$log" || { cat "$log"; exit 1; }
tail -n 1 "$log"

measure src src
python3 tools/verify/coverage.py $out/src.json $list "$@"
