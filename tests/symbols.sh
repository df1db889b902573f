#!/bin/sh
# SPDX-License-Identifier: MIT
# What the built library shows, holds and asks for, as nm and size see it:
# exported are the functions declared in include/sluice and nothing else; no
# object has bytes that can be written, of a thread neither, or code that runs by
# itself when it is loaded; nothing is imported but yajl, utf8proc and the memory
# and string functions of libc. First an archive in which all that is wrong.
set -u
: "${BUILD:=build}"

if [ -n "${SANITIZE:-}" ]; then
  echo "skip - symbols - sanitizers add symbols of their own"
  exit 0
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-symbols.XXXXXX") || exit 2
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

# SLUICE_API TYPE NAME( may stand on two lines; #define lines are no functions.
sed '/^ *#/d' include/sluice/*.h | tr '\n' ' ' | grep -o 'SLUICE_API[^;(]*(' |
  sed 's/ *($//; s/.*[ *]//' | sort >"$dir/declared"
nm -D --defined-only "$BUILD/libsluice.so.0" | awk '$2 != "A" { print $3 }' |
  sed 's/@@SLUICE_0$//' | sort >"$dir/exported"

if [ -s "$dir/declared" ] && [ -z "$(uniq -d "$dir/declared")" ]; then
  echo "ok - each public function is declared once"
else
  echo "not ok - each public function is declared once -" \
    "none found, or twice: $(uniq -d "$dir/declared" | tr '\n' ' ')"
  failed=1
fi
comm -23 "$dir/declared" "$dir/exported" | sed 's/$/: declared, not exported/' \
  >"$dir/lacking"
expect_empty "libsluice.so.0 exports all that the headers declare" "$dir/lacking"
comm -13 "$dir/declared" "$dir/exported" | sed 's/$/: exported, not declared/' \
  >"$dir/extra"
expect_empty "libsluice.so.0 exports nothing else" "$dir/extra"

# The linker's own names, and what every C library has without a state.
cat >"$dir/allowed" <<'END'
_GLOBAL_OFFSET_TABLE_
__stack_chk_fail
free
malloc
realloc
memchr
memcmp
memcpy
memmove
memset
strchr
strcmp
strlen
strncmp
END

# ARCHIVE NAME - what is wrong with it goes to NAME.writable, .sections, .names
# and .imports; NAME.objects lists what was looked at.
look_at() {
  # Lines of: object name class type section.
  nm -f sysv "$1" | awk -F '|' '
    /^Symbols from / { sub(/^.*\[/, ""); sub(/\].*$/, ""); object = $0 }
    NF == 7 { gsub(/ /, ""); print object, $1, $3, $4, $7 }' >"$dir/$2.symbols"
  cut -d ' ' -f 1 "$dir/$2.symbols" | sort -u >"$dir/$2.objects"

  # Tables of pointers are in .data.rel.ro, which the loader makes read-only.
  awk '($4 == "OBJECT" || $4 == "TLS") && $5 !~ /^\.data\.rel\.ro/ &&
      $5 ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ {
      print $1 ": " $2 " can be written: it is in " $5
    }' "$dir/$2.symbols" >"$dir/$2.writable"

  # What has no name shows in the sizes.
  size -A -d "$1" | awk '
    / \(ex / { object = $1 }
    $2 > 0 && $1 ~ /^\.(data|bss|tdata|tbss|init|fini|ctors|dtors|.*_array)/ &&
      $1 !~ /^\.data\.rel\.ro/ { print object ": " $2 " bytes in " $1 }' \
    >"$dir/$2.sections"

  awk '$3 ~ /^[A-TV-Z]$/ && $2 !~ /^sluice_/ { print $1 ": " $2 }' \
    "$dir/$2.symbols" >"$dir/$2.names"

  awk '
    NR == FNR { allowed[$1] = 1; next }
    $3 != "U" && $3 != "w" { next }
    $2 in allowed || $2 ~ /^(sluice_|yajl_|utf8proc_)/ { next }
    $2 ~ /^__mem(cpy|move|set)_chk$/ { next }
    $1 == "json.o" && $2 ~ /^(_setjmp|longjmp|__longjmp_chk)$/ { next }
    { print $1 " imports " $2 }' "$dir/allowed" "$dir/$2.symbols" \
    >"$dir/$2.imports"
}

# CHECK PATTERN - the look at the archive with faults found this one.
expect_found() {
  if grep -q -E "$2" "$dir/bad.$1"; then
    echo "ok - control: $2 is found"
  else
    echo "not ok - control: $2 is found - only this is:"
    cat "$dir/bad.$1"
    failed=1
  fi
}

cat >"$dir/bad.c" <<'END'
#include <stdio.h>
int sluice_counter;
static int hidden = 3;
static _Thread_local int of_thread;
__asm__(".data\n.long 7\n.text");
__attribute__((constructor)) static void at_load(void) { hidden++; }
int foreign(int n)
{
  static int calls;

  sluice_counter += n;
  of_thread++;
  printf("%d", calls++);
  return hidden + of_thread;
}
END
${CC:-cc} -fPIC -O1 -w -c -o "$dir/bad.o" "$dir/bad.c" &&
  ar rcs "$dir/libbad.a" "$dir/bad.o" || exit 2
look_at "$dir/libbad.a" bad
for name in sluice_counter hidden calls of_thread; do
  expect_found writable "bad.o: $name(\.[0-9]+)? can be written"
done
expect_found sections 'bad.o: 8 bytes in .data'
expect_found sections 'bad.o: [0-9]+ bytes in .bss'
expect_found sections 'bad.o: 4 bytes in .tbss'
expect_found sections 'bad.o: 8 bytes in .init_array'
expect_found names 'bad.o: foreign'
expect_found imports 'bad.o imports printf'

look_at "$BUILD/libsluice.a" good
ls src/*.c | sed 's|^src/||; s|c$|o|' | sort >"$dir/sources"
if cmp -s "$dir/sources" "$dir/good.objects"; then
  echo "ok - all objects of the library were looked at"
else
  echo "not ok - all objects of the library were looked at -" \
    "src/ and libsluice.a differ:"
  diff "$dir/sources" "$dir/good.objects"
  failed=1
fi
expect_empty "no object of the library has a writable variable" \
  "$dir/good.writable"
expect_empty "no object has writable bytes, or code that runs at load" \
  "$dir/good.sections"
expect_empty "every global name in libsluice.a begins with sluice_" \
  "$dir/good.names"
expect_empty "no object imports more than memory, strings, yajl, utf8proc" \
  "$dir/good.imports"

# Of yajl the parser alone, and of that one way in: its generator, its tree, its
# error texts and its own way to end a text have faults (docs/json.md). All
# memory is the arena's, so nothing is freed either.
awk '($3 == "U" || $3 == "w") && $2 ~ /^yajl_/ { print $1, $2 }' \
  "$dir/good.symbols" | sort -u >"$dir/yajl"
sort >"$dir/yajl.wanted" <<'END'
json.o yajl_alloc
json.o yajl_config
json.o yajl_get_bytes_consumed
json.o yajl_parse
END
diff "$dir/yajl.wanted" "$dir/yajl" >"$dir/yajl.diff"
expect_empty "json.o alone calls yajl, four functions of it" "$dir/yajl.diff"

exit $failed
