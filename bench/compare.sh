#!/bin/sh
# SPDX-License-Identifier: MIT
# compare.sh DIR MADE [update] - counts the instructions of a chunk and holds
# them to bench/baseline.tsv; with `update` writes that file. MADE says with
# what the program was made. Status 1 when a figure is more than 5 % above its
# line; 77 when the baseline is of another compiler, processor or libc.
set -u
cd "$(dirname "$0")/.." || exit 2

: "${BENCH_BASELINE:=bench/baseline.tsv}"
baseline=$BENCH_BASELINE
most=5
dir=$1
# Which memcpy runs depends on the processor; what it costs, on the libc.
avx2=
! grep -q -w avx2 /proc/cpuinfo 2>/dev/null || avx2=' avx2'
made="$2, $(uname -m)$avx2, $(getconf GNU_LIBC_VERSION 2>/dev/null || echo 'unknown libc')"

sh bench/count.sh "$dir" >"$dir/counted.tsv" || exit
[ "$(wc -l <"$dir/counted.tsv")" -eq "$("$dir/count" | wc -l)" ] || {
  echo 'bench: not everything could be counted' >&2
  exit 1
}

if [ "${3-}" = update ]; then
  {
    echo '# SPDX-License-Identifier: MIT'
    echo '# Instructions of a chunk, by valgrind; make bench-baseline writes it.'
    echo "# $made"
    cat "$dir/counted.tsv"
  } >$baseline
  echo "$baseline: $(wc -l <"$dir/counted.tsv") figures, $made"
  exit
fi

awk -F '\t' -v most=$most -v file=$baseline '
  FILENAME == file {
    if (!/^#/) { line[$1 "\t" $2] = $3 }
    next
  }
  FNR == 1 {
    printf "%-14s %-24s %12s %12s %8s\n", "workload", "", "instr/chunk",
           "baseline", ""
  }
  {
    old = line[$1 "\t" $2]
    seen[$1 "\t" $2] = 1
    change = old > 0 ? ($3 / old - 1) * 100 : 0
    word = ""
    if (old == 0) { word = "not in the baseline"; faults++ }
    else if (change > most) { word = "FAILED"; faults++ }
    else if (change < -most) { word = "better"; better++ }
    printf "%-14s %-24s %12.1f %12.1f %+7.2f%% %s\n", $1, $2, $3, old, change,
           word
  }
  END {
    for (name in line)
      if (!(name in seen)) {
        sub(/\t/, ", ", name)
        print name ": in the baseline, and no longer counted"
        faults++
      }
    if (faults || better)
      print "When that is as it should be: make bench-baseline, and say why"
    exit faults > 0
  }' $baseline "$dir/counted.tsv"
status=$?

was=$(sed -n '3s/^# //p' $baseline)
[ "$was" = "$made" ] || {
  echo "The baseline was made with other tools, so nothing follows from it:"
  printf '  %s\n  %s\n' "$was" "$made"
  exit 77
}
exit $status
