#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh FOLDER SECONDS TARGET... - runs the fuzzers of FOLDER/bin, two at a
# time, from FOLDER/seeds and what FOLDER/corpus/TARGET has from earlier runs.
# Findings go to FOLDER/found/TARGET. Status 1 when there are any. FUZZ_START=N
# gives the same inputs again, as far as the corpus is the same; 0: others.
set -u
: "${FUZZ_START:=0}"
folder=$1 seconds=$2
shift 2

# A number of libFuzzer's last words; 0 when it did not come to them.
stat() {
  sed -n "s/^stat::$2: *//p" "$folder/log/$1" | grep . || echo 0
}

# One target, one line of the table.
one() {
  mkdir -p "$folder/corpus/$1" "$folder/found/$1" "$folder/log"
  start=$(date +%s)
  "$folder/bin/$1" -seed="$FUZZ_START" -max_total_time="$seconds" -max_len=4096 \
    -len_control=100 -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
    -dict=fuzz/sluice.dict -artifact_prefix="$folder/found/$1/" \
    "$folder/corpus/$1" "$folder/seeds/$1" >"$folder/log/$1" 2>&1
  status=$?
  took=$(($(date +%s) - start))
  runs=$(stat "$1" number_of_executed_units)
  edges=$(grep -ao 'cov: [0-9]*' "$folder/log/$1" | tail -n 1)
  printf '%-10s %10d %8d %6d %8d  %s\n' "$1" "$runs" \
    $((runs / (took > 0 ? took : 1))) "${edges#cov: }" \
    "$(stat "$1" new_units_added)" "$([ $status -eq 0 ] || echo 'ONE FOUND')"
  [ $status -eq 0 ] || {
    grep -a -m 1 -A 1 -E '^fuzz: |ERROR: |runtime error: ' "$folder/log/$1"
    sed -n 's/.*Test unit written to /  the input: /p' "$folder/log/$1"
    echo "  all that it said: $folder/log/$1"
    return 1
  }
}

printf '%-10s %10s %8s %6s %8s  %s\n' target executions 'a second' edges \
  'new' findings
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
