#!/bin/sh
# SPDX-License-Identifier: MIT
# test.sh - every test, in the everyday build.
exec ${MAKE:-make} --no-print-directory -j "$(nproc)" test
