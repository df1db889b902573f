#!/bin/sh
# SPDX-License-Identifier: MIT
# Does docs/requests.md leave anything out? Each member, item, part and code
# that the sources know by name stands there, and each flag, and the other way
# round: what stands in the first column of its tables, the sources know.
# REQUESTS is the page, if it is another one.
set -u
: "${REQUESTS:=docs/requests.md}"

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-request-docs.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
failed=0

# NAME - the names in $dir/names, none at all being wrong, stand on the page.
expect_all() {
  [ -s "$dir/names" ] || echo "no names were found" >"$dir/missing"
  while read -r name; do
    grep -q -F -e "\`$name\`" -e "\`$name: " "$REQUESTS" || echo "$name"
  done <"$dir/names" >>"$dir/missing"
  if [ -s "$dir/missing" ]; then
    echo "not ok - $1 - see the lines below"
    cat "$dir/missing"
    failed=1
  else
    echo "ok - $1 ($(wc -l <"$dir/names"))"
  fi
  : >"$dir/missing"
}

: >"$dir/missing"
sed -n 's/^ *\(COPY\|KNOWN\|STORED\)("\([a-z_]*\)".*/\2/p' src/wish.c \
  >"$dir/names"
expect_all 'each member of a request has a row'

awk '/turns\[\] = \{/ { f = 1 } /^};/ { f = 0 }
     f && /^ *\{"/ { split($0, p, "\""); print p[2] }' src/turn.c |
  grep -v -e '_output$' -e '^message$' >"$dir/names"
expect_all 'each type of item'

awk '/part_types\[\] = \{/ { f = 1 } /^};/ { f = 0 } f' src/content.c |
  grep -o '"[a-z_]*"' | tr -d '"' >"$dir/names"
expect_all 'each part of content'

grep -o '^  X([A-Z_]*, [0-9]*, "[a-z_]*"' src/fault.h | cut -d '"' -f 2 |
  sort -u >"$dir/names"
expect_all 'each code of an error'

sed -n '/define SLUICE_REQUEST_FLAGS/,/^$/s/.*, "\([a-z-]*\)",.*/\1/p' \
  include/sluice/request.h >"$dir/names"
expect_all 'each flag'

# What the page says of members, the table of the sources knows.
awk -F '|' '/^## /{ f = $0 == "## Members" }
            f && /^\| `/ { print $2 }' "$REQUESTS" |
  grep -o '`[a-z_][a-z_]*' | tr -d '`' | sort -u >"$dir/told"
[ -s "$dir/told" ] || echo "no rows" >"$dir/unknown"
while read -r name; do
  grep -q "(\"$name\"" src/wish.c || echo "$name"
done <"$dir/told" >"$dir/unknown"
if [ -s "$dir/unknown" ]; then
  echo "not ok - no row is of a member that nobody reads - see the lines below"
  cat "$dir/unknown"
  failed=1
else
  echo "ok - no row is of a member that nobody reads"
fi

exit $failed
