#!/bin/sh
# SPDX-License-Identifier: MIT
# clients.sh - real clients of the Responses API, through nginx and the module:
# what each shows of good answers and of every kind of failure. npm installs
# them from its registry.
exec ${MAKE:-make} --no-print-directory test-clients
