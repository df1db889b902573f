#!/bin/sh
# SPDX-License-Identifier: MIT
# count.sh DIR [WORKLOAD,CONTENDER]... - the instructions of a chunk: lines of
# workload, contender and figure, between tabs. DIR holds the program `count`;
# without names everything that it lists. Valgrind counts, so the figures are
# the same on a busy machine. Status 77 when it is not installed.
set -u
cd "$(dirname "$0")/.." || exit 2

chunks=6000

# WORKLOAD,CONTENDER -> its line; nothing when the run fails.
one() {
  log=$1/count.$$.log
  made=$(valgrind --tool=callgrind --toggle-collect=counted \
    --callgrind-out-file=/dev/null "$1/count" "$2" $chunks 2>"$log")
  awk -v name="$2" -v chunks="${made:-0}" '
    /Collected :/ { n = $4 }
    END {
      if (chunks == 0 || n == 0)
        exit 1
      sub(/,/, "\t", name)
      printf "%s\t%.1f\n", name, n / chunks
    }' "$log" || cat "$log" >&2
  rm -f "$log"
}

if [ "${1-}" = --one ]; then
  one "$2" "$3"
  exit
fi
dir=$1
shift
command -v valgrind >/dev/null || {
  echo 'bench: valgrind is not installed' >&2
  exit 77
}
{ [ $# -gt 0 ] && printf '%s\n' "$@" || "$dir/count"; } |
  xargs -P "$(nproc)" -d '\n' -n 1 sh "$0" --one "$dir" |
  sort
