#!/bin/sh
# SPDX-License-Identifier: MIT
# layers.sh - holds src/ to its floors: a file includes only from floors below
# its own (and its own header; public headers always). A part of `make lint`.
set -eu
cd "$(dirname "$0")/.."

# floor  nouns: src/NOUN.c and src/NOUN.h. The order of docs/architecture.md.
FLOORS='
0   mem status ids scan usage
1   buf tree count word
2   utf8 limit kept batch
3   text
4   value sse json table fault
5   repeat mould call member think shape unique asked
6   moulds toolset turn content wish
7   scratch lesson offering pairing
8   quirks settings base dialogue
9   chunk echo upstream
10  cite write fold request
11  event completion given
12  outlet
13  item
14  message toolcall
15  lane
16  output
17  translate
18  further
19  intake
20  sluice
'
# Only this noun may include a header of that library, or this header.
ONLY='
json  yajl/
utf8  utf8proc.h
json  setjmp.h
'

awk -v floors="$FLOORS" -v only="$ONLY" '
  function fault(text) {
    printf "%s:%d: %s\n", FILENAME, FNR, text
    faults++
  }
  BEGIN {
    rows = split(floors, row, "\n")
    for (i = 1; i <= rows; i++)
      for (j = split(row[i], word, " "); j > 1; j--)
        floor[word[j]] = word[1]
    rows = split(only, row, "\n")
    for (i = 1; i <= rows; i++)
      if (split(row[i], word, " ") == 2) {
        header[++headers] = word[2]
        owner[headers] = word[1]
      }
  }
  FNR == 1 {
    noun = FILENAME
    sub(/^.*\//, "", noun)
    sub(/\.[ch]$/, "", noun)
    if (!(noun in floor))
      fault("`" noun "` stands on no floor; give it one in tools/layers.sh")
  }
  /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, part, "\"")
    name = part[2]
    other = name
    if (!sub(/\.h$/, "", other) || !(other in floor))
      fault("\"" name "\" is no header of a floor")
    else if (noun in floor && other != noun && floor[other] >= floor[noun])
      fault("\"" name "\" is on floor " floor[other] ", " noun " on floor " \
            floor[noun] ": only floors below may be included")
  }
  /^[ \t]*#[ \t]*include[ \t]*</ {
    split($0, part, "[<>]")
    for (i = 1; i <= headers; i++)
      if (index(part[2], header[i]) == 1 && noun != owner[i])
        fault("only " owner[i] ".c may include <" part[2] ">")
  }
  END { exit faults > 0 }
' src/*.c src/*.h
