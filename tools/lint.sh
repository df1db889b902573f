#!/bin/sh
# SPDX-License-Identifier: MIT
# lint.sh [CHECK]... - what can be said about the sources without running them.
# `make lint` calls it. Names each check and shows what is wrong; status 1 when
# anything is. With names only those checks run; `lint.sh format` rewrites.
set -u
cd "$(dirname "$0")/.." || exit 2

: "${CC:=cc}" "${CXX:=g++}" "${CLANG_FORMAT:=clang-format-14}"

MAX_FUNCTION=60 # lines from { to }
MAX_FILE=800

# Names of model servers and services. Only src/quirks.* may know them. (Some
# are words of English, too: those count only as the name of a site.)
PROVIDERS='anthropic|azure|bedrock|cerebras|cohere|databricks|deepseek|
deepinfra|fireworks|gemini|groq|huggingface|kimi|litellm|llama|lmstudio|
minimax|mistral|moonshot|nvidia|ollama|openrouter|perplexity|qwen|sglang|
together[._]?ai|vertex|vllm|watson|zhipu'

# What the library never calls: it prints nothing, never aborts and knows
# nothing of the machine it runs on. (tests/symbols.sh asks the objects, too.)
FORBIDDEN='v?[sf]?n?printf|puts|fputs|putchar|fwrite|abort|assert|exit|_Exit|
time|clock|clock_gettime|gettimeofday|s?rand|random|setlocale|localeconv|getenv'

c_files() {
  ls include/sluice/*.h src/*.[ch] tools/*.[ch] tools/*/*.[ch] \
    examples/*.c examples/*/*.c tests/*.[ch] fuzz/*.[ch] bench/*.[ch] nginx/*.[ch] \
    nginx/*/*.[ch] 2>/dev/null
}

# Everything that is or will be in the repository.
all_files() {
  git ls-files -co --exclude-standard 2>/dev/null ||
    find . -type f ! -path './.git/*' ! -path './build/*' | sed 's|^\./||'
}

one_line() {
  printf '%s' "$*" | tr -d '\n'
}

check_format() {
  if places=$($CLANG_FORMAT --dry-run --Werror $(c_files) 2>&1); then
    return 0
  fi
  # Of the columns in a line one is enough.
  printf '%s\n' "$places" | grep ': error: ' | cut -d : -f 1,2 | uniq |
    sed 's/$/: not formatted; make format mends it/'
  return 1
}

check_floors() {
  sh tools/layers.sh
}

check_providers() {
  ! grep -n -i -E "$(one_line "$PROVIDERS")" $(ls src/*.[ch] |
    grep -v '^src/quirks\.')
}

# Comments do not count: the compiler takes them out. A member of that name,
# such as options.clock, is the embedder's. Only json.c may jump, out of yajl.
check_calls() {
  for file in src/*.[ch]; do
    names=$(one_line "$FORBIDDEN")
    [ "$file" = src/json.c ] || names="$names|_?setjmp|longjmp"
    $CC -fpreprocessed -dD -E -P -x c "$file" 2>&1 |
      grep -E "(^|[^[:alnum:]_>.])($names) *\(" | sed "s|^|$file: |"
  done | {
    ! grep .
  }
}

check_spdx() {
  all_files | grep -v -E '^(LICENSE|VERSION|corpus/.*|abi/.*|fuzz/findings/.*|tests/data/.*|tests/clients/streams/.*|.*/package-lock\.json)$' |
    while read -r file; do
      [ ! -f "$file" ] || head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' ||
        echo "$file: no line SPDX-License-Identifier: MIT at its head"
    done | {
    ! grep .
  }
}

# In this format only a function has its braces in the first column. Rows of a
# table do not make a test longer.
check_sizes() {
  awk -v function_max=$MAX_FUNCTION -v file_max=$MAX_FILE '
    FNR == 1 { start = 0 }
    FNR == file_max + 1 {
      printf "%s: more than %d lines\n", FILENAME, file_max
      faults++
    }
    /^\{/ { start = FNR; rows = 0 }
    start && FILENAME ~ /^tests\// && /^ *[{"]/ && FNR > start { rows++ }
    /^\}/ && start {
      length_ = FNR - start + 1 - rows
      if (length_ > function_max) {
        printf "%s:%d: a function of %d lines, more than %d\n", FILENAME,
               start, length_, function_max
        faults++
      }
      start = 0
    }
    END { exit faults > 0 }' $(c_files)
}

check_headers() {
  for header in include/sluice/*.h; do
    $CC -std=c11 -Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only \
      -x c "$header" 2>&1 || return 1
    $CXX -std=c++11 -Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only \
      -x c++ "$header" 2>&1 || return 1
  done
  for header in src/*.h; do
    $CC -std=c11 -Wall -Wextra -Werror -Wno-unused-function -Iinclude \
      -fsyntax-only -x c "$header" 2>&1 || return 1
  done
}

# Everything compiles without a warning. A tree of its own, so that the usual
# one is not made anew. The examples, if the libraries that they use are there.
check_warnings() {
  goals=objects
  ! pkg-config --exists libcurl libevent || [ ! -e /usr/include/node/node_api.h ] ||
    goals="$goals example-objects"
  said=$(${MAKE:-make} --no-print-directory OUT=build/werror WERROR=1 $goals \
    2>&1) && return 0
  printf '%s\n' "$said" | grep -v '^  CC '
  return 1
}

check_shell() {
  bad=0
  for script in tools/*.sh tools/*/*.sh tests/*.sh tests/*/*.sh fuzz/*.sh bench/*.sh \
    nginx/*.sh nginx/*/*.sh examples/*/*.sh; do
    [ ! -f "$script" ] || sh -n "$script" 2>&1 || bad=1
  done
  bash -n .ci/run 2>&1 || bad=1
  return $bad
}

check_man() {
  mandoc -Tlint -Wwarning docs/man/*.[1-9]
}

check_version() {
  version=$(cat VERSION)
  number=$(echo "$version" | awk -F. '{ printf "0x%02x%02x%02x", $1, $2, $3 }')
  common=include/sluice/common.h
  bad=0
  grep -q -E "^#define SLUICE_VERSION +\"$version\"" $common || {
    echo "$common: SLUICE_VERSION is not \"$version\", as VERSION says"
    bad=1
  }
  grep -q -E "^#define SLUICE_VERSION_NUM +$number( |\$)" $common || {
    echo "$common: SLUICE_VERSION_NUM is not $number, as VERSION says"
    bad=1
  }
  grep -q "SLUICE_${version%%.*} {" src/sluice.map || {
    echo "src/sluice.map: the node is not SLUICE_${version%%.*}"
    bad=1
  }
  grep -q -E "^## \[?$version" CHANGES.md 2>/dev/null || {
    echo "CHANGES.md: no entry \"## $version\""
    bad=1
  }
  return $bad
}

# cppcheck thinks that what a call sets through a pointer was never set; the
# compiler and the sanitizers know better.
check_cppcheck() {
  cppcheck --quiet --std=c11 --language=c --error-exitcode=1 \
    --enable=warning,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=uninitvar \
    --suppress=uninitStructMember -Iinclude -Isrc -Itools src tools \
    examples 2>&1
}

if [ "$*" = format ]; then
  exec $CLANG_FORMAT -i $(c_files)
fi
[ $# -gt 0 ] || set -- format floors providers calls spdx sizes headers \
  warnings shell man version cppcheck
faults=0
for check in "$@"; do
  if out=$("check_$check"); then
    printf 'lint: %-10s ok\n' "$check"
  else
    printf 'lint: %-10s FAILED\n' "$check"
    printf '%s\n' "$out" | sed 's/^/  /'
    faults=$((faults + 1))
  fi
done
[ "$faults" -eq 0 ]
