#!/bin/sh
# SPDX-License-Identifier: MIT
# Does docs/limits.md tell the truth? Each limit of the options stands there
# with the default that options.h, the library and the command have; each fixed
# limit of the sources with its value; each way to say that one was passed; each
# test that is named exists; the formulas are those that a test holds.
# LIMITS is the page, if it is another one.
set -u
: "${LIMITS:=docs/limits.md}"

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-limits.XXXXXX") || exit 2
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

# NAME FILE FILE - passes when both are the same and not empty.
expect_same() {
  [ -s "$2" ] || echo "nothing at all in $2" >"$dir/diff"
  [ ! -s "$2" ] || diff "$2" "$3" >"$dir/diff"
  expect_empty "$1" "$dir/diff"
}

# Numbers as 64 MiB, 1,024, (size_t)64 << 20 -> plain digits, behind a name.
plain() {
  sed -e 's/,//g' -e 's/(size_t)//' -e 's/[()]//g' |
    awk '$3 == "MiB" { $2 *= 1048576 }
         $3 == "<<" { $2 *= 2 ^ $4 }
         { printf "%s %.0f\n", $1, $2 }' | sort
}

if [ ! -f "$LIMITS" ]; then
  echo "not ok - the page of limits - there is no $LIMITS"
  exit 1
fi

# The rows of the table whose first column is called so: columns by TAB.
rows() {
  awk -F ' *\\| *' -v OFS='\t' -v first="$1" '
    !/^\|/ { inside = 0 }
    /^\|/ && $2 == first { inside = 1; next }
    inside && $2 !~ /^-+$/ { $1 = ""; print substr($0, 2) }' "$LIMITS"
}

rows option | tr -d '`' >"$dir/options"
cut -f 1,2 "$dir/options" | tr '\t' ' ' | plain >"$dir/told"

# What options.h says: the last number before the comment ends or a full stop.
awk '/^  (size_t|uint32_t) max_/ && !/max_tool_calls/ { name = $2; text = "" }
     name { text = text " " $0 }
     name && /\*\// {
       sub(/;$/, "", name)
       gsub(/\*\/|\. .*/, " ", text)
       n = split(text, piece, ";")
       while (n > 1 && piece[n] !~ /^[ *]*[0-9]/) n--
       sub(/^[ *]*/, "", piece[n])
       print name, piece[n]
       name = ""
     }' include/sluice/options.h | plain >"$dir/header"
expect_same "the defaults are those of options.h" "$dir/told" "$dir/header"

sed -n 's/^  limit\(32\)\{0,1\}(&out->\(max_[a-z]*\), \(.*\));$/\2 \3/p' \
  src/status.c | plain >"$dir/library"
expect_same "the defaults are those of the library" "$dir/told" "$dir/library"

tr -d '\n' <tools/bounds.h |
  grep -o '"max-[a-z]*"[^}]*([0-9]*)"' |
  sed -e 's/^"max-\([a-z]*\)".*(\([0-9]*\))"$/max_\1 \2/' | plain \
  >"$dir/command"
expect_same "the defaults are those that the command shows" "$dir/told" \
  "$dir/command"

while read -r name value; do
  grep -q "^\.It Fl Fl max-${name#max_} " docs/man/sluice.1 ||
    echo "sluice.1: no --max-${name#max_}"
  grep -q "^\.It Fa $name " docs/man/libsluice.3 || echo "libsluice.3: no $name"
done <"$dir/told" >"$dir/pages"
expect_empty "the manual pages have each" "$dir/pages"

# Those of a request: its header, the library and the command say the same.
rows 'request option' | tr -d '`' | cut -f 1,2 | tr '\t' ' ' | plain \
  >"$dir/asked"
sed -n 's/^  \(size_t\|uint32_t\) \(max_[a-z]*\); .*; \([0-9][0-9,]*\( MiB\)*\).*/\2 \3/p' \
  include/sluice/request.h | plain >"$dir/header"
expect_same "the defaults are those of request.h" "$dir/asked" "$dir/header"
sed -n 's/^    out->\(max_[a-z]*\) = \(.*\);$/\1 \2/p' src/request.c |
  sed 's/REQUEST_DEPTH/256/' | plain >"$dir/library"
expect_same "the defaults are those of its reader" "$dir/asked" "$dir/library"
tr -d '\n' <tools/request.c |
  grep -o '{"max-[a-z]*"[^}]*([0-9]*)"' |
  sed -e 's/^{"max-\([a-z]*\)".*(\([0-9]*\))"$/max_\1 \2/' | plain \
  >"$dir/command"
expect_same "the defaults are those that the command shows of it" \
  "$dir/asked" "$dir/command"

# Those of more than one line depend on the machine.
rows limit | tr -d '`' | cut -f 1,2 | tr '\t' ' ' | plain >"$dir/fixed"
grep -h -E '^#define +([A-Z_]*_MAX|SEEN|VALUE_DEPTH) ' src/*.[ch] |
  sed -e '/\\$/d' -e 's/ *\/\*.*//' -e 's/^#define *//' | plain >"$dir/defined"
expect_same "each fixed limit of the sources, with its value" "$dir/fixed" \
  "$dir/defined"

# "more than OPTION WHAT", or "too many WHAT".
sed -n 's/^  X([A-Z]*, "\([a-z_]*\)", "\(.*\)").*/\1|\2/p' src/limit.h |
  sed -e 's/^|/too many /' -e 's/^\([a-z_]*\)|/more than \1 /' >"$dir/words"
[ -s "$dir/words" ] || echo "no words in src/limit.h" >"$dir/silent"
while read -r words; do
  grep -q -F -e "| $words" "$LIMITS" || echo "no row with: $words"
done <"$dir/words" >>"$dir/silent"
expect_empty "each way to say that a limit was passed has a row" "$dir/silent"

rows what >"$dir/growth"
awk -F '\t' 'NF < 4 || $1 == "" || $2 == "" || $3 == "" || $4 == ""' \
  "$dir/growth" >"$dir/gaps"
[ -s "$dir/growth" ] || echo "no rows" >"$dir/gaps"
expect_empty "each row of growth has a limit, an end and a test" "$dir/gaps"

# `FILE` "name" "name" …: each name stands in the file.
grep -o '`\(tests\|corpus\)/[^`]*`\( "[^"]*"\)*' "$LIMITS" |
  while read -r file names; do
    file=$(printf %s "$file" | tr -d '`')
    [ -f "$file" ] || echo "there is no $file"
    printf '%s\n' "$names" | sed 's/^"//; s/"$//; s/" "/\n/g' |
      while read -r name; do
        [ -z "$name" ] || grep -q -F -e "$name" "$file" ||
          echo "$file has no \"$name\""
      done
  done >"$dir/missing"
expect_empty "each test that is named exists" "$dir/missing"

# The numbers of both formulas, in their order.
awk '/^    (memory|output) <=/ { f = 1 } f && !/^    / { f = 0 }
     f { gsub(/[^0-9 ]/, " "); $1 = $1; if ($0 != "") print }' "$LIMITS" |
  tr ' ' '\n' >"$dir/page"
awk '/^static double (memory|output)_bound/ { f = 1; next } /^}/ { f = 0 }
     f && /[0-9]\.0/ { print }
     /out <= 24 \* in/ { print "24.0 8192.0" }' tests/bounds_test.c |
  grep -o '[0-9]*\.0' | sed 's/\.0//' >"$dir/held"
expect_same "the formulas are those that the test holds" "$dir/page" "$dir/held"

exit $failed
