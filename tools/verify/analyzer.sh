#!/bin/sh
# SPDX-License-Identifier: MIT
# analyzer.sh - what gcc's static analyzer (-fanalyzer) finds on the paths
# through each C file: leaks, double frees, NULL, use after free, bad jumps.
set -u
: "${CC:=gcc}"
faults=$(for file in src/*.c tools/*.c tools/*/*.c examples/*.c; do
  $CC -std=c11 -O2 -fanalyzer -Wall -Wextra -Iinclude -Isrc -Itools \
    -c -o /dev/null "$file" 2>&1
done)
if [ -n "$faults" ]; then
  printf '%s\n' "$faults"
  exit 1
fi
echo "$(ls src/*.c tools/*.c tools/*/*.c examples/*.c | wc -l) files, no warning"
