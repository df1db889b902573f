#!/bin/sh
# SPDX-License-Identifier: MIT
# Is docs/json.md what tests and corpus show? Each of yajl's twenty deviations
# has a row with cases that exist; each case that was made for one is named; each
# class of tests/grammar.c in which there is a choice has a row, and its figures
# are those of the table. JSON_PAGE is the page, if it is another one.
set -u
: "${JSON_PAGE:=docs/json.md}" "${BUILD:=build}"

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-json.XXXXXX") || exit 2
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

# The rows of yajl's deviations: number TAB cases.
awk -F ' *\\| *' -v OFS='\t' '/^\| [0-9]+ \|/ { print $2, $5 }' \
  "$JSON_PAGE" >"$dir/rows"
awk 'BEGIN { for (i = 1; i <= 20; i++) print i }' >"$dir/wanted"
cut -f 1 "$dir/rows" | diff "$dir/wanted" - >"$dir/numbers"
expect_empty "the twenty deviations have a row each, in order" "$dir/numbers"

# What is between backticks, a case a line: number case.
awk -F '\t' '{
  n = split($2, piece, "`")
  if (n < 3) print $1, "-"
  for (i = 2; i <= n; i += 2) print $1, piece[i]
}' "$dir/rows" >"$dir/cases"
while read -r number name; do
  set -- corpus/$name.sse
  [ -f "$1" ] && [ -f "${1%.sse}.events" ] || echo "$number: there is no $1"
done <"$dir/cases" >"$dir/missing"
expect_empty "each deviation names cases that exist" "$dir/missing"

for file in corpus/json-*.sse; do
  name=${file##*/}
  grep -q " ${name%.sse}\$" "$dir/cases" || echo "$file: no row names it"
done >"$dir/unnamed"
expect_empty "each case that is made for one is named" "$dir/unnamed"

# A row may stand on several lines; its class is on the first.
awk '/^ *\{"/ { sub(/^ *\{"/, ""); class = $0; sub(/:.*/, "", class) }
     /GRAMMAR_MAY_/ { print class }' tests/grammar.c | sort -u >"$dir/classes"
[ -s "$dir/classes" ] || echo 'none found' >"$dir/unsaid"
while read -r class; do
  grep -q "^| $class |" "$JSON_PAGE" || echo "$class: no row says what is decided"
done <"$dir/classes" >>"$dir/unsaid"
expect_empty "each class with a choice is decided" "$dir/unsaid"

counted=$(CMOCKA_MESSAGE_OUTPUT=STDOUT "$BUILD/tests/grammar_test" 2>&1 | sed -n \
  's/^# \([0-9]* texts\): \([0-9]* must\) be taken, \([0-9]* refused\).*/\1 \2 \3/p')
told=$(tr '\n' ' ' <"$JSON_PAGE" | sed 's/that every parser must/must/' | sed -n \
  's/.* lists \([0-9]* texts\) .*: \([0-9]* must\) .* \([0-9]*\) that none may.*/\1 \2 \3 refused/p')
if [ -n "$counted" ] && [ "$counted" = "$told" ]; then
  echo "ok - the figures are those of the table"
else
  echo "not ok - the figures are those of the table -" \
    "the test counts $counted, the page says $told"
  failed=1
fi

exit $failed
