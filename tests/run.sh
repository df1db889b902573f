#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh PROGRAM... - runs test programs and scripts and adds up what they say.
# `make test` calls it; from hand:  BUILD=build sh tests/run.sh build/tests/x_test
#
# A test prints TAP, or these lines; anything else is shown when it fails:
#   ok - name
#   not ok - name - why
#   skip - name - why          (TAP: a line with `# SKIP why`)
# A program that says nothing, dies, runs into TEST_TIMEOUT (seconds) or ends
# with a status other than 0 without naming a failure is one failure more.
# Ends with the line `N passed, N failed`; status 1 when one failed or none
# passed. Tests find the tree that was built in BUILD, the command in SLUICE,
# and in SANITIZE the sanitizer flags, if any.
set -u

: "${BUILD:=build}" "${SLUICE:=$BUILD/sluice}" "${SANITIZE:=}"
: "${TEST_TIMEOUT:=600}"
CMOCKA_MESSAGE_OUTPUT=TAP
export BUILD SLUICE SANITIZE CMOCKA_MESSAGE_OUTPUT

# A test may run a make of its own, which is no part of the one that runs this.
unset MAKEFLAGS MAKELEVEL MFLAGS

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-test.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
: >"$dir/skips"

# The output of one program -> "passed failed skipped promised" (by a TAP plan;
# 0 without one). The skips go to a file.
count() {
  awk -v skips="$dir/skips" -v program="$1" '
    /^1\.\.[0-9]+/ { plan = substr($1, 4) + 0; next }
    /^(not )?ok .*# *[Ss][Kk][Ii][Pp]/ || /^skip / {
      skipped++
      sub(/^(not )?ok *[0-9]* *-? */, "")
      sub(/^skip *-? */, "")
      print program ": " $0 >>skips
      next
    }
    /^ok( |$)/ { passed++ }
    /^not ok( |$)/ { failed++ }
    END { print passed + 0, failed + 0, skipped + 0, plan + 0 }' "$2"
}

# Why a program counts as one failure more; nothing when it does not.
verdict() {
  status=$1 failed=$3 told=$(($2 + $3 + $4)) promised=$5
  if [ "$status" -eq 124 ]; then
    echo "did not end within $TEST_TIMEOUT s"
  elif [ "$status" -gt 128 ] && kill -l "$status" >/dev/null 2>&1; then
    echo "died of SIG$(kill -l "$status")"
  elif [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    echo "ended with status $status and named no failure"
  elif [ "$told" -lt "$promised" ]; then
    echo "told of $told tests, and promised $promised"
  elif [ "$told" -eq 0 ]; then
    echo "ran no test"
  fi
}

all_passed=0 all_failed=0
for program in "$@"; do
  name=${program##*/}
  out=$dir/out
  case $program in
  *.sh) set -- sh "$program" ;;
  */*) set -- "$program" ;;
  *) set -- "./$program" ;;
  esac
  timeout -k 10 "$TEST_TIMEOUT" "$@" >"$out" 2>&1 </dev/null
  status=$?
  set -- $(count "$name" "$out")
  why=$(verdict "$status" "$@")
  passed=$1 failed=$2
  [ -z "$why" ] || failed=$((failed + 1))
  all_passed=$((all_passed + passed)) all_failed=$((all_failed + failed))
  if [ "$failed" -eq 0 ]; then
    verb=ok
    [ "$passed" -gt 0 ] || verb=skipped
    printf '%-7s %-24s %s\n' $verb "$name" "$passed"
  else
    printf 'FAILED  %-24s %s of %s%s\n' "$name" "$failed" \
      "$((passed + failed))" "${why:+: it $why}"
    # The names of what passed say nothing here.
    grep -v -E '^ok( |$)|^1\.\.[0-9]' "$out" | sed 's/^/        /'
  fi
done

[ ! -s "$dir/skips" ] || sed 's/^/skipped: /' "$dir/skips"
printf '%s passed, %s failed\n' "$all_passed" "$all_failed"
[ "$all_failed" -eq 0 ] && [ "$all_passed" -gt 0 ]
