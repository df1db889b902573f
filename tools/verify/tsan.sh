#!/bin/sh
# SPDX-License-Identifier: MIT
# tsan.sh - no data race: tests/threads_test, and the tests that call the library
# in every order, under ThreadSanitizer. First a program with a race, which has
# to be found: else a clean run would say nothing.
set -u
: "${MAKE:=make}" "${CC:=cc}"
out=build/tsan
flags='-fsanitize=thread -fno-omit-frame-pointer'
tests='threads_test inside_test stages_test stop_test api_test rounds_api_test
rounds_test'
TSAN_OPTIONS='halt_on_error=1 exitcode=66'
export TSAN_OPTIONS

mkdir -p $out
cat >$out/race.c <<'END'
#include <pthread.h>
static int shared;
static void *add(void *user) { (void)user; return shared++, (void *)0; }
int main(void)
{
  pthread_t a, b;
  pthread_create(&a, 0, add, 0);
  pthread_create(&b, 0, add, 0);
  pthread_join(a, 0);
  return pthread_join(b, 0);
}
END
$CC $flags -o $out/race $out/race.c -pthread 2>$out/race.log || {
  echo "$CC does not know -fsanitize=thread:"
  cat $out/race.log
  exit 77
}
$out/race >/dev/null 2>$out/race.log
if [ $? -ne 66 ] || ! grep -q 'data race' $out/race.log; then
  echo "ThreadSanitizer does not find a race that is there; it says:"
  cat $out/race.log
  exit 1
fi
echo "control: the race of a program that has one is found"

programs=
for test in $tests; do
  programs="$programs $out/tests/$test"
done
$MAKE --no-print-directory -j "$(nproc)" OUT=$out WERROR= CFLAGS='-O1 -g' \
  SANITIZE="$flags" $programs || exit 1
BUILD=$out SANITIZE=$flags sh tests/run.sh $programs
