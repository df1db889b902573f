#!/bin/sh
# SPDX-License-Identifier: MIT
# tidy.sh - clang-tidy with the checks of .clang-tidy: bugs, CERT's rules,
# clang's own static analyzer, portability.
set -u
: "${CLANG_TIDY:=clang-tidy-14}"
files=$(ls src/*.c tools/*.c tools/*/*.c examples/*.c)
said=$(echo "$files" | xargs -n 8 -P "$(nproc)" sh -c '
  "$0" --quiet "$@" -- -std=c11 -Iinclude -Isrc -Itools 2>/dev/null' \
  "$CLANG_TIDY")
status=$?
printf '%s\n' "$said" | grep -E '(warning|error):' && exit 1
[ $status -eq 0 ] || {
  echo "clang-tidy did not run: status $status"
  exit 1
}
echo "$(echo "$files" | wc -l) files, no warning"
