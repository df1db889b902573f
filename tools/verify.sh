#!/bin/sh
# SPDX-License-Identifier: MIT
# verify.sh [STEP]... - everything that can be held against the sources, in the
# order below; `make verify` calls it. With names only those steps run. A step
# is tools/verify/STEP.sh, and says in its first lines what it proves. It prints
# its figures (docs/testing.md repeats them) and ends with status 0, with 77
# when something that it needs is not there (it says what), else it failed.
# Each step shows what it says as it runs; a table of all comes at the end.
set -u
cd "$(dirname "$0")/.." || exit 2
export LC_ALL=C

STEPS='test lint asan examples accept tsan yajl analyzer tidy abi coverage bench cost damage nomem
       overflow valgrind nginx clients fuzz'

[ $# -gt 0 ] || set -- $STEPS
for step in "$@"; do
  [ -f "tools/verify/$step.sh" ] || {
    echo "verify: no step '$step'; there are: $STEPS" >&2
    exit 2
  }
done

table= faults=0
for step in "$@"; do
  printf '\n== verify: %s\n' "$step"
  start=$(date +%s)
  sh "tools/verify/$step.sh"
  case $? in
  0) verb=passed ;;
  77) verb=skipped ;;
  *) verb=FAILED faults=$((faults + 1)) ;;
  esac
  table="$table$(printf '%-10s %-8s %5d s' "$step" $verb $(($(date +%s) - start)))
"
done
printf '\n== verify\n%s' "$table"
[ "$faults" -eq 0 ]
