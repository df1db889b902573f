#!/bin/sh
# SPDX-License-Identifier: MIT
# Every seed of the fuzzers, and all that they ever found, once more through
# its target, without a fuzzer.
exec "$BUILD/fuzz/bin/replay" "$BUILD/fuzz/seeds" fuzz/findings
