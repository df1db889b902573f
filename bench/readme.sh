#!/bin/sh
# SPDX-License-Identifier: MIT
# readme.sh DIR - puts what the last `make bench` wrote into bench/: the tables
# between the marks of README.md, and the plot.
set -eu
cd "$(dirname "$0")/.."

new=$1/readme.md
[ -f "$1/results.md" ] || {
  echo 'bench: there are no figures yet; make bench' >&2
  exit 1
}
awk -v tables="$1/results.md" '
  /^<!-- end of figures -->/ { skip = 0 }
  !skip
  /^<!-- figures/ {
    skip = 1
    while ((getline line < tables) > 0)
      print line
  }' bench/README.md >"$new"
mv "$new" bench/README.md
cp "$1/results.svg" bench/results.svg
