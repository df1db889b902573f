#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh [write] - the tests in C reach every line and every branch of src/
# (gcov, without optimization), but those that tests/uncovered.txt lists with
# the reason. With `write`: all that they do not reach, in the form of that list.
set -eu
cd "$(dirname "$0")/../.."

command -v gcovr >/dev/null 2>&1 || { echo 'there is no gcovr'; exit 77; }

out=build/coverage
log=$out/log

# Not the tests of the command and of the checkers; nor those that go the same
# ways over and over, which other steps run.
tests=$(ls tests/*_test.c | grep -v -E '/(laws|laws_tool|lint|replay)_test' |
  grep -v -E '/(abuse|damage|rounds_damage|random|room|threads|utf8)_test' |
  sed "s|\(.*\)\.c$|$out/\1|")

# What an earlier run counted is gone.
mkdir -p $out
find $out -name '*.gcda' -exec rm -f {} +
${MAKE:-make} --no-print-directory -j "$(nproc)" OUT=$out WERROR= \
  CFLAGS='-O0 -g' SANITIZE='--coverage -fprofile-update=atomic' $tests \
  >"$log" 2>&1 || { cat "$log"; exit 1; }

# golden_test takes samples of its cuts when SANITIZE says anything.
BUILD=$out SLUICE=$out/sluice SANITIZE=--coverage sh tests/run.sh $tests \
  >"$log" || { cat "$log"; exit 1; }
tail -n 1 "$log"

# Through all objects: the functions of headers count wherever they are used.
# But not those of another form of src/scan.h, which have the same names.
rm -f $out/obj/tests/scan_plain.gc*
gcovr --no-markers -r . --filter src/ --json $out/src.json \
  --object-directory $out/obj $out/obj 2>"$log" || { cat "$log"; exit 1; }
python3 tools/verify/coverage.py $out/src.json tests/uncovered.txt "$@"
