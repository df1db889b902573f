#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh FOLDER SECONDS TARGET... - runs the fuzzers of FOLDER/bin, two at a
# time, from FOLDER/seeds and what FOLDER/corpus/TARGET has from earlier runs.
# Findings go to FOLDER/found/TARGET. Status 1 when there are any.
set -u
folder=$1 seconds=$2
shift 2

one() {
  mkdir -p "$folder/corpus/$1" "$folder/found/$1" "$folder/log"
  "$folder/bin/$1" -max_total_time="$seconds" -max_len=4096 -len_control=100 \
    -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
    -dict=fuzz/sluice.dict -artifact_prefix="$folder/found/$1/" \
    "$folder/corpus/$1" "$folder/seeds/$1" >"$folder/log/$1" 2>&1
  status=$?
  sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log/$1" |
    awk -v name="$1" -v seconds="$seconds" -v status=$status \
      -v cov="$(grep -o 'cov: [0-9]*' "$folder/log/$1" | tail -n 1)" '
      { runs = $1 }
      END {
        printf "%-10s %10d executions %7d a second  %-11s %s\n", name, runs,
               runs / seconds, cov, status == 0 ? "" : "FOUND SOMETHING"
      }'
  [ $status -eq 0 ] || {
    grep -a -m 1 -A 1 -E '^fuzz: |ERROR: ' "$folder/log/$1"
    echo "  the input: $(ls -t "$folder/found/$1"/* 2>/dev/null | head -n 1)"
    return 1
  }
}

faults=0
while [ $# -gt 0 ]; do
  one "$1" &
  first=$!
  shift
  [ $# -eq 0 ] || {
    one "$1" || faults=1
    shift
  }
  wait $first || faults=1
done
exit $faults
