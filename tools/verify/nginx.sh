#!/bin/sh
# SPDX-License-Identifier: MIT
# nginx.sh - the tests of the nginx module; then with the module built for
# AddressSanitizer and UBSan, whose library goes into nginx before it; then with
# nginx under valgrind's memcheck, over a reload: no byte is used before it is
# set, none outside of its block or after its end, none is lost. What nginx
# itself loses when it ends does not count.
set -u
: "${MAKE:=make}"
out=$PWD/build/valgrind
command -v valgrind >/dev/null 2>&1 || {
  echo "there is no valgrind"
  exit 77
}
$MAKE --no-print-directory test-nginx || exit 1

# The flags of `make asan`, so that its tree serves.
san='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
$MAKE --no-print-directory OUT=build/asan WERROR= CFLAGS='-O1 -g' \
  SANITIZE="$san" build/asan/sluice nginx || exit 1
libraries=$(${CC:-cc} -print-file-name=libasan.so):$(${CC:-cc} -print-file-name=libubsan.so)
BUILD=build/asan START="env LD_PRELOAD=$libraries ASAN_OPTIONS=detect_leaks=0 nginx" \
  FEW=20 MANY=60 sh tests/run.sh nginx/test.sh || exit 1

mkdir -p "$out"
rm -f "$out"/nginx.*.log
cat >"$out/nginx.supp" <<'END'
{
  its environment
  Memcheck:Leak
  fun:malloc
  fun:ngx_alloc
  fun:ngx_set_environment
}
{
  its connections and events
  Memcheck:Leak
  fun:malloc
  fun:ngx_alloc
  obj:*/nginx
  obj:*/nginx
  obj:*/nginx
  fun:ngx_spawn_process
}
END
# Each process has a log of its own; the worker of before the reload, too.
START="valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect
  --num-callers=25 --keep-debuginfo=yes --suppressions=$out/nginx.supp
  --log-file=$out/nginx.%p.log nginx" MASTER=on FEW=20 MANY=60 \
  TESTS='corpus stream faults objects bodies directives asked log memory reload' \
  sh nginx/test.sh >"$out/nginx.out" 2>&1
status=$?
grep -v '^ok' "$out/nginx.out"
cat "$out"/nginx.*.log | head -n 100
[ $status -eq 0 ] && [ -z "$(cat "$out"/nginx.*.log)" ] || exit 1
echo "under valgrind: $(grep -c '^ok' "$out/nginx.out") tests," \
  "$(ls "$out"/nginx.*.log | wc -l) processes, nothing to say"
