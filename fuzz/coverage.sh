#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh TREE FOLDER TARGET... - how much of src/ the seeds of FOLDER and
# its corpus reach in each target; TREE/fuzz/bin/replay counts.
set -eu
tree=$1 folder=$2
shift 2
for target in "$@" all; do
  rm -rf "$tree/one" && mkdir -p "$tree/one/seeds" "$tree/one/corpus"
  for name in $([ "$target" = all ] && echo "$@" || echo "$target"); do
    ln -s "$PWD/$folder/seeds/$name" "$tree/one/seeds/$name"
    [ ! -d "$folder/corpus/$name" ] ||
      ln -s "$PWD/$folder/corpus/$name" "$tree/one/corpus/$name"
  done
  LLVM_PROFILE_FILE=$tree/one/raw "$tree/fuzz/bin/replay" "$tree/one/seeds" \
    "$tree/one/corpus" >/dev/null 2>&1 || true
  llvm-profdata-14 merge -o "$tree/one/data" "$tree/one/raw"
  llvm-cov-14 report "$tree/fuzz/bin/replay" -instr-profile="$tree/one/data" \
    src/*.c | awk -v name="$target" '/^TOTAL/ {
      printf "%-10s lines %s of %d  branches %s of %d\n", name, $10, $8, $13, $11
    }'
done
