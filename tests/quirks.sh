#!/bin/sh
# SPDX-License-Identifier: MIT
# Is docs/quirks.md what the corpus shows? Each row stands there once; each case
# and test that it names exists; each counter that it names exists, and is
# counted by one of the cases beside it; a row without a case gives a reason.
# QUIRKS is the page, if it is another one.
set -u
: "${QUIRKS:=docs/quirks.md}"

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-quirks.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
failed=0

# NAME FILE - passes when the file is empty, else shows it.
expect_empty() {
  if [ -s "$2" ]; then
    echo "not ok - $1 - see the lines below"
    cat "$2"
    failed=1
  else
    echo "ok - $1"
  fi
}

# ROW WORD FILE... - says so when the word is in none of the files.
look_for() {
  row=$1 word=$2
  shift 2
  grep -q -s -F -e "$word" /dev/null "$@" ||
    echo "$row: no $word in ${*:-any case}"
}

# AREA LAST - the ids of an area.
ids() {
  awk -v area="$1" -v last="$2" \
    'BEGIN { for (i = 1; i <= last; i++) printf "%s%02d\n", area, i }'
}

if [ ! -f "$QUIRKS" ]; then
  echo "not ok - the page of quirks - there is no $QUIRKS"
  exit 1
fi

for area in A=21 B=10 C=13 D=13 E=15 F=21 G=18 H=11 I=8 J=29; do
  ids "${area%=*}" "${area#*=}"
done >"$dir/wanted"

# The rows as lines of: id TAB seen TAB done TAB counted TAB shown.
awk -F ' *\\| *' -v OFS='\t' '
  /^\|/ && $2 != "id" && $2 !~ /^-+$/ {
    if (NF != 7) { print FNR ": " NF - 2 " columns, not 5" >wrong; next }
    print $2, $3, $4, $5, $6
  }' wrong="$dir/columns" "$QUIRKS" >"$dir/rows"
: >>"$dir/columns"
expect_empty "each row has five columns" "$dir/columns"

cut -f 1 "$dir/rows" | sort >"$dir/found"
comm -23 "$dir/wanted" "$dir/found" | sed 's/$/: no row/' >"$dir/lacking"
expect_empty "each quirk has a row" "$dir/lacking"
comm -13 "$dir/wanted" "$dir/found" | sed 's/$/: one row too many/' \
  >"$dir/extra"
expect_empty "no quirk has two rows, and no row is unknown" "$dir/extra"

awk -F '\t' '
  $2 == "" { print $1 ": does not say what is seen" }
  $3 == "" { print $1 ": does not say what sluice does" }
  $5 == "" { print $1 ": neither a case nor a reason why there is none" }' \
  "$dir/rows" >"$dir/silent"
expect_empty "each row says what is seen, what is done and what shows it" \
  "$dir/silent"

# What is between backticks in a column, a word a line: id word.
words() {
  awk -F '\t' -v column="$1" '{
    n = split($column, piece, "`")
    for (i = 2; i <= n; i += 2) print $1, piece[i]
  }' "$dir/rows"
}

words 5 >"$dir/shown"
while read -r id name; do
  case $name in
  tests/*) set -- $name ;;
  rounds/*) set -- corpus/$name.json ;;
  *) set -- corpus/$name.sse ;;
  esac
  [ -f "$1" ] || echo "$id: there is no $1"
done <"$dir/shown" >"$dir/missing"
expect_empty "each case and test that is named exists" "$dir/missing"

words 4 >"$dir/counters"
while read -r id counter; do
  look_for "$id" "\"$counter\"" include/sluice/anomaly.h
  cases=$(awk -v id="$id" '
    $1 == id && $2 !~ /^tests\// { print "corpus/" $2 ".events" }' "$dir/shown")
  look_for "$id" " $counter=" $cases
done <"$dir/counters" >"$dir/uncounted"
expect_empty "each counter exists, and a case of its row counts it" \
  "$dir/uncounted"

# A row beside which code stands should be a row.
grep -h -o -E '\b[A-J][0-9]{2}\b' src/*.[ch] | sort -u >"$dir/cited"
comm -23 "$dir/cited" "$dir/wanted" | sed 's/$/: cited in src, but no row/' \
  >"$dir/dangling"
expect_empty "each row that the sources cite exists" "$dir/dangling"

exit $failed
