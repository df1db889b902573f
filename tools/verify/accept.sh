#!/bin/sh
# SPDX-License-Identifier: MIT
# accept.sh - the command against recorded streams with expected results, when
# they lie beside the project.
shared=../shared
[ -e $shared/tools/accept.py ] || {
  echo "skipped: $shared/tools/accept.py is not there"
  exit 77
}
${MAKE:-make} --no-print-directory build/sluice &&
  python3 $shared/tools/accept.py --sluice build/sluice $shared/recordings
