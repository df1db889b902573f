#!/bin/sh
# SPDX-License-Identifier: MIT
# afl.sh FOLDER SECONDS TARGET... - the same as run.sh, by afl-fuzz, one target
# after the other. What it finds is in FOLDER/afl/TARGET/default/crashes.
set -u
folder=$1 seconds=$2 faults=0
shift 2
export AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 \
  AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_AUTORESUME=1
for target in "$@"; do
  mkdir -p "$folder/afl"
  # AFL++ wants small seeds: the large ones are left to libFuzzer.
  small=$folder/afl/seeds-$target
  mkdir -p "$small"
  find "$folder/seeds/$target" -type f -size -2k -exec cp {} "$small" \;
  afl-fuzz -V "$seconds" -m none -t 1000+ -x fuzz/sluice.dict -i "$small" \
    -o "$folder/afl/$target" -- "$folder/bin/$target" \
    >"$folder/afl/$target.log" 2>&1
  stats=$folder/afl/$target/default/fuzzer_stats
  [ -f "$stats" ] || {
    tail -n 5 "$folder/afl/$target.log"
    exit 1
  }
  awk -v name="$target" '
    { value[$1] = $3 }
    END {
      printf "%-10s %10d executions %7d a second  edges: %d  crashes: %d\n",
             name, value["execs_done"], value["execs_per_sec"],
             value["edges_found"], value["saved_crashes"]
      exit value["saved_crashes"] > 0
    }' "$stats" || faults=1
done
exit $faults
