#!/bin/sh
# SPDX-License-Identifier: MIT
# bench.sh - the bench, with very little to do: it holds what it measures to be
# right, prints and writes each of its rows, and draws a picture that is XML;
# and the comparison of counted instructions says what it should. No times are
# judged here.
set -u
LC_ALL=C
export LC_ALL
: "${BUILD:=build}" "${SLUICE:=$BUILD/sluice}"

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-bench.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
failed=0
tab=$(printf '\t')

# NAME COMMAND... - passes when the command does, else shows what it said.
expect() {
  title=$1
  shift
  if "$@" >"$dir/log" 2>&1; then
    echo "ok - $title"
  else
    echo "not ok - $title - status $? of: $*"
    cat "$dir/log"
    failed=1
  fi
}

has() {
  grep -q -e "$1" "$2" || {
    echo "$2 has no: $1"
    return 1
  }
}

# ---- one run ----------------------------------------------------------------

workloads='short long tools escaped unicode citations reasoning logprobs servers
misses late'
BENCH_CHUNKS=2000 BENCH_ROUNDS=1 BENCH_IDLE=50
export BENCH_CHUNKS BENCH_ROUNDS BENCH_IDLE

run_bench() {
  "$BUILD/bench/bench" "$dir" "$SLUICE" >"$dir/out"
}

each_workload() {
  for name in $workloads; do
    has "^checked $name" "$dir/out" && has "^$name.*: " "$dir/out" &&
      has "^| $name" "$dir/results.md" && has ">$name.*</text>" "$dir/results.svg" ||
      return 1
    for contender in memcpy 'newline scan' yajl 'sluice, no fast path' sluice; do
      has "^time$tab$name.*$tab$contender$tab[0-9]" "$dir/results.tsv" || return 1
    done
  done
}

other_rows() {
  for name in 'new handle per stream' 'one push per event' '1,400-byte pushes' \
    'bytes not in the cache' \
    '1-byte pushes'; do
    has "^time${tab}short$tab$name$tab[0-9]" "$dir/results.tsv" || return 1
  done
  has "^steady$tab[0-9]" "$dir/results.tsv" &&
    has "^idle${tab}50$tab" "$dir/results.tsv" &&
    has "^idle${tab}500$tab" "$dir/results.tsv" &&
    has "^threads${tab}1$tab" "$dir/results.tsv" &&
    has "^process${tab}pipe$tab[0-9]" "$dir/results.tsv" &&
    has "^process${tab}null$tab[0-9]" "$dir/results.tsv"
}

# As many fields in each line as the line before it names.
fields() {
  awk -F '\t' '
    /^#/ { split($1, word, " "); kind = word[2]; count = NF; next }
    $1 != kind || NF != count { print "line " FNR ": " $0; bad = 1 }
    END { exit bad || NR < 70 }' "$dir/results.tsv"
}

targets() {
  [ "$(grep -c -E ' (met|NOT met|not measured)$' "$dir/out")" -ge 13 ] &&
    [ "$(grep -c "^target$tab" "$dir/results.tsv")" -ge 13 ]
}

only_some() {
  BENCH_WORKLOADS='short,late misses' "$BUILD/bench/bench" "$dir" "$SLUICE" \
    >"$dir/some" || return 1
  [ "$(grep -c '^checked ' "$dir/some")" -eq 2 ]
}

wrong_arguments() {
  "$BUILD/bench/bench" && return 1
  [ $? -eq 2 ]
}

expect 'it runs, and all bytes are right' run_bench
expect 'each workload has its rows' each_workload
expect 'other ways to push, memory, threads and processes have theirs' other_rows
expect 'results.tsv has the fields that it names' fields
expect 'each target is met, not met or not measured' targets
if command -v xmllint >/dev/null; then
  expect 'the plot is XML' xmllint --noout "$dir/results.svg"
elif command -v python3 >/dev/null; then
  expect 'the plot is XML' python3 -c \
    'import sys, xml.dom.minidom as d; d.parse(sys.argv[1])' "$dir/results.svg"
else
  echo 'skip - the plot is XML - neither xmllint nor python3 is there'
fi
expect 'some workloads alone' only_some
expect 'a wrong call is refused' wrong_arguments

# ---- counted instructions ---------------------------------------------------

# In place of valgrind: each program ran $COUNTED instructions.
mkdir "$dir/bin"
cat >"$dir/bin/valgrind" <<'END'
#!/bin/sh
while [ "${1#--}" != "$1" ]; do shift; done
echo "==1== Collected : $COUNTED" >&2
"$@"
END
chmod +x "$dir/bin/valgrind"
cp "$BUILD/bench/count" "$dir"
BENCH_BASELINE=$dir/baseline.tsv
export BENCH_BASELINE

# COUNTED STATUS [update] - one comparison, and the status that it has to have.
compare() {
  COUNTED=$1 PATH=$dir/bin:$PATH sh bench/compare.sh "$dir" "${MADE-cc}" ${3-} \
    >"$dir/compared" 2>&1
  status=$?
  [ $status -eq "$2" ] || {
    echo "status $status, not $2:"
    cat "$dir/compared"
    return 1
  }
}

worse() {
  compare 6250000 0 && compare 6400000 1 && has FAILED "$dir/compared"
}

better() {
  compare 5000000 0 && has better "$dir/compared"
}

other_tools() {
  MADE='another cc' compare 9000000 77
}

other_names() {
  cp "$dir/baseline.tsv" "$dir/all.tsv"
  sed '/^tools/d' "$dir/all.tsv" >"$dir/baseline.tsv"
  compare 6000000 1 && has 'not in the baseline' "$dir/compared" || return 1
  { cat "$dir/all.tsv"; printf 'gone\tsluice\t1\n'; } >"$dir/baseline.tsv"
  compare 6000000 1 && has 'no longer counted' "$dir/compared"
}

expect 'a baseline is written' compare 6000000 0 update
expect 'the same figures pass' compare 6000000 0
expect 'more than 5 % above the baseline fails' worse
expect 'better figures pass, and are told of' better
expect 'a baseline of other tools says nothing' other_tools
expect 'the baseline has the names that are counted' other_names

exit $failed
