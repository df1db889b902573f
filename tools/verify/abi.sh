#!/bin/sh
# SPDX-License-Identifier: MIT
# abi.sh [update] - holds the shared library against the ABI that was agreed on:
# abi/libsluice.abi, as abidw sees functions, types and enums. Any difference
# fails, an addition too: `sh tools/verify/abi.sh update` writes the file anew,
# and the diff of the commit then shows what changed. What an old program cannot
# live with needs a new first number in VERSION.
set -u
agreed=abi/libsluice.abi
# Debug information tells the types; the flags are fixed, so that the file does
# not depend on how the last build was made.
${MAKE:-make} --no-print-directory OUT=build/abi CFLAGS='-O1 -g' \
  build/abi/libsluice.so >/dev/null || exit 1
dump() {
  abidw --exported-interfaces-only --headers-dir include/sluice --drop-private-types --no-corpus-path \
    --no-comp-dir-path --no-show-locs build/abi/libsluice.so
}

if [ "${1:-}" = update ]; then
  dump >$agreed || exit 1
  exit 0
fi
if ! [ -f $agreed ]; then
  echo "$agreed is missing: sh tools/verify/abi.sh update writes it"
  exit 1
fi
dump >build/abi/now.abi || exit 1
abidiff $agreed build/abi/now.abi
status=$?
case $status in
0)
  echo "$(grep -c "<function-decl.*elf-symbol-id" $agreed) functions, as agreed"
  ;;
*)
  [ $((status & 8)) -eq 0 ] || echo 'abi: old programs will not run with this'
  echo 'abi: if that is meant: sh tools/verify/abi.sh update, and CHANGES.md'
  exit 1
  ;;
esac
