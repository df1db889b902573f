#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [update] - clients of the Responses API against nginx with the module,
# in front of `sluice serve`. `make test-clients` calls it. It installs the
# packages of package-lock.json beside itself, and holds the table in
# docs/clients.md against what the clients showed, or updates it.
#   BUILD  the tree that was built, with the module (build)
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/clients
: "${BUILD:=build}"
case $BUILD in
/*) ;;
*) BUILD=$root/$BUILD ;;
esac
SHOWN=$BUILD/clients
export BUILD SHOWN
PATH=$PATH:/usr/sbin:/sbin # nginx

# npm writes that file last.
if ! [ "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]; then
  echo 'clients: npm ci'
  (cd "$here" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
  touch "$here/node_modules/.package-lock.json"
fi

# Some clients need a later node than the one that npm runs on.
for node in "$here"/node_modules/node-linux-*/bin/node; do
  [ -x "$node" ] && break
done

rm -rf "$SHOWN"
mkdir -p "$SHOWN"
"$node" --test --test-timeout=300000 --test-reporter="$here/reporter.js" "$here"/*.test.js
"$node" "$here/table.js" "$SHOWN" "$root/docs/clients.md" "$@"
