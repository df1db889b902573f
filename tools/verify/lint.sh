#!/bin/sh
# SPDX-License-Identifier: MIT
# lint.sh - format, floors, forbidden names and calls, sizes, man pages, warnings.
exec ${MAKE:-make} --no-print-directory -j "$(nproc)" lint
