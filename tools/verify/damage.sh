#!/bin/sh
# SPDX-License-Identifier: MIT
# damage.sh - every stream at hand, cut at each byte, and SEEDS seeds of every
# kind of damage (tests/damage.h), scenarios too: the output is right for the
# tests' laws and for lint (2 x SEEDS of those), and for the strict checker of
# ../shared, with exactly one terminal event. SEED=N damages in other ways,
# DAMAGE_KEEP=FOLDER keeps what is wrong.
set -u
: "${SEED:=1000000}" "${SEEDS:=2000}"
programs='build/tests/damage_test build/tests/rounds_damage_test'
${MAKE:-make} --no-print-directory -j "$(nproc)" build/sluice $programs ||
  exit 1

faults=0
build/tests/damage_test cuts || faults=1
build/tests/damage_test seeds "$SEED" $((2 * SEEDS)) || faults=1
build/tests/rounds_damage_test seeds "$SEED" $((SEEDS / 2)) || faults=1

checker=../shared/spec/check_events.py
if [ ! -f "$checker" ]; then
  echo "no $checker: judged by the laws and lint alone"
elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))'; then
  echo 'no python3: judged by the laws and lint alone'
else
  python3 tests/damage_agree.py build/tests "$checker" "$SEED" "$SEEDS" \
    build/sluice || faults=1
fi
exit $faults
