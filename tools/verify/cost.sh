#!/bin/sh
# SPDX-License-Identifier: MIT
# cost.sh [NAME]... - no stream costs more than its length: for each hostile
# stream of tests/hostile.c, or for those that are named, the instructions of a
# run of 2 N pieces are at most 2.5 times those of a run of N. Instructions are
# counted by valgrind, so that the figures are the same on a busy machine, and
# N is so large that a part that grows with the square would show.
#
# Prints for each: N, bytes of the stream of 2 N, instructions for each of these
# bytes, the ratio. Streams that end early (a limit, a failure) cost nothing
# beyond that, and have a ratio of about 1.
set -u
cd "$(dirname "$0")/../.." || exit 2

most=2.5
cost=build/tests/cost

# One run -> its instructions.
instructions() {
  valgrind --tool=callgrind --toggle-collect=siege_run \
    --callgrind-out-file=/dev/null "$cost" "$1" "$2" 2>&1 >/dev/null |
    awk '/Collected :/ { n = $NF } END { print n + 0 }'
}

if [ "${1-}" = --one ]; then
  once=$("$cost" -w "$2" "$3" | wc -c)
  bytes=$("$cost" -w "$2" $(($3 * 2)) | wc -c)
  echo "$2 $3 $bytes $once $(instructions "$2" "$3") $(instructions "$2" $(($3 * 2)))"
  exit
fi

command -v valgrind >/dev/null || {
  echo 'valgrind is not installed'
  exit 77
}
${MAKE:-make} --no-print-directory "$cost" >/dev/null || exit 1

"$cost" | awk -v names=" $* " '
  names ~ /^ +$/ || index(names, " " $1 " ") { print $1, $2 }' |
  xargs -P "$(nproc)" -L 1 sh "$0" --one | sort |
  awk -v most=$most '
    function per(a, b) { return b > 0 ? a / b : 0 }
    BEGIN {
      printf "%-24s %8s %10s %10s %7s\n", "stream", "N", "bytes", "instr/B",
             "ratio"
    }
    {
      # What is gone in a moment has nothing to say.
      # A stream that repeats itself may be more than twice as long.
      longer = $3 / $4 > 2 ? $3 / $4 / 2 : 1
      ratio = $5 > 0 ? $6 / $5 / longer : 0
      bad = ratio > most || $6 == 0
      printf "%-24s %8d %10d %10.1f %7.3f%s\n", $1, $2, $3, per($6, $3), ratio,
             bad ? "  FAILED" : ""
      faults += bad
      if (ratio > worst) { worst = ratio; where = $1 }
      total += $5 + $6
    }
    END {
      printf "%d streams, %.1f G instructions, the worst ratio is %.3f (%s)\n",
             NR, total / 1e9, worst, where
      exit faults > 0 || NR == 0
    }'
