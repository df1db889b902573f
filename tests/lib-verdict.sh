# SPDX-License-Identifier: MIT
# lib-verdict.sh - what tests written in shell share: each check notes in $wrong
# what is wrong, the first time, and `verdict NAME` ends a test with it. $failed
# says at the end whether any did. Read with `.` from the root of the tree.
failed=0
wrong=

verdict() { # what the test is about
  if [ -z "$wrong" ]; then
    printf 'ok - %s\n' "$1"
  else
    printf 'not ok - %s - %s\n' "$1" "$wrong"
    failed=1
  fi
  wrong=
}

want() { # what it is, wanted, got
  [ "$2" = "$3" ] || wrong=${wrong:-"$1 is '$3', not '$2'"}
}
want_same() { # two files
  cmp -s "$1" "$2" || wrong=${wrong:-"it differs: $(cmp "$1" "$2" 2>&1)"}
}
want_in() { # file, a pattern of grep -E
  grep -q -a -E -e "$2" "$1" ||
    wrong=${wrong:-"no $2 in: $(head -c 300 "$1" | tr '\n' ' ')"}
}
want_not_in() { # the same
  ! grep -q -a -E -e "$2" "$1" || wrong=${wrong:-"there is $2 in ${1##*/}"}
}

# Of a command that has run: its exit status is in $status, what it said in
# $dir/out and $dir/err.
want_status() {
  [ "$status" -eq "$1" ] || wrong=${wrong:-"exit status $status, not $1"}
}
want_silence() { # out or err
  [ ! -s "$dir/$1" ] || wrong=${wrong:-"$1 is not empty: $(head -n 1 "$dir/$1")"}
}

# until_true COMMAND...: until it succeeds, for PATIENCE tenths of a second.
until_true() {
  tries=0
  while ! "$@"; do
    tries=$((tries + 1))
    [ $tries -lt "${PATIENCE:-300}" ] || {
      wrong=${wrong:-"waited in vain for: $*"}
      return 1
    }
    sleep 0.1
  done
}
