#!/bin/sh
# SPDX-License-Identifier: MIT
# valgrind.sh [TEST]... - every test program (or those named) under valgrind's
# memcheck: no byte is used before it is set, none outside of its block or after
# its end, none is lost. This covers yajl and utf8proc as they are installed.
# Tests that try very much take a sample (TEST_SAMPLE). A program that
# fails runs again with the origin of what was not set. First a program with each
# fault, which has to be found.
set -u
: "${MAKE:=make}" "${CC:=cc}"
out=build/valgrind
command -v valgrind >/dev/null 2>&1 || {
  echo "there is no valgrind"
  exit 77
}
TEST_SAMPLE=50 CMOCKA_MESSAGE_OUTPUT=STDOUT SANITIZE=memcheck
export TEST_SAMPLE CMOCKA_MESSAGE_OUTPUT SANITIZE
# These test the checkers and the command, and run the library no further; or
# look at its time and memory, which valgrind changes.
others='^(lint|laws|laws_tool|replay|bounds|room|limits|tree)_test$'
check='valgrind --quiet --error-exitcode=99 --leak-check=full
--errors-for-leak-kinds=definite,indirect,possible --num-callers=25'

mkdir -p $out
cat >$out/faults.c <<'END'
#include <stdlib.h>
int main(int argc, char **argv)
{
  volatile char *p = malloc(4);
  int kind = argc > 1 ? argv[1][0] : 0;

  if (kind == 'u' && p[1] == 7) /* not set */
    return 1;
  if (kind == 'b')
    p[4] = 1; /* behind its end */
  if (kind == 'l')
    p = NULL; /* lost */
  free((void *)p);
  return 0;
}
END
$CC -g -O0 -w -o $out/faults $out/faults.c || exit 1
for kind in none uninitialised behind lost; do
  $check $out/faults "$kind" >/dev/null 2>&1
  status=$?
  case $kind:$status in
  none:0 | [!n]*:99) ;;
  *)
    echo "control: $kind gives status $status"
    exit 1
    ;;
  esac
done
echo "control: what is not set, behind the end, or lost is found"

[ $# -gt 0 ] || set -- $(ls tests/*_test.c | sed 's|.*/||; s|\.c$||' |
  grep -v -E "$others")
programs=
for test in "$@"; do
  programs="$programs build/tests/$test"
done
$MAKE --no-print-directory -j "$(nproc)" build/sluice $programs || exit 1

# One program, in the background of another; its figures go to a file.
run_one='
  start=$(date +%s)
  case $1 in
  *damage_test) few="seeds 0 2" ;; # two streams of each damage
  *) few= ;;
  esac
  if $CHECK build/tests/$1 $few >$OUT/$1.log 2>&1; then
    printf "ok      %-20s %4d s\n" "$1" $(($(date +%s) - start))
  else
    printf "FAILED  %-20s status %s\n" "$1" $?
    $CHECK --track-origins=yes build/tests/$1 $few >$OUT/$1.log 2>&1
    grep -v -E "RUN|  OK" $OUT/$1.log | head -n 60 | sed "s/^/        /"
    touch $OUT/failed
  fi'
rm -f $out/failed
BUILD=build SLUICE=build/sluice CHECK="$check" OUT=$out
export BUILD SLUICE CHECK OUT
printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 sh -c "$run_one" sh
echo "$# programs; of pushes, cuts, sequences, seeds and failing allocations" \
  "one of $TEST_SAMPLE"
[ ! -e $out/failed ]
