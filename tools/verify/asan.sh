#!/bin/sh
# SPDX-License-Identifier: MIT
# asan.sh - every test under AddressSanitizer, LeakSanitizer and UBSan.
exec ${MAKE:-make} --no-print-directory -j "$(nproc)" asan
