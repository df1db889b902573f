# SPDX-License-Identifier: MIT
# Clients of the Responses API against the gateway. Targets:
#
#   test-clients    installs them (npm), and runs each through nginx and sluice
#   golden-clients  the same, and writes the table in docs/clients.md anew

.PHONY: test-clients golden-clients deps-clients

deps-clients: | deps-nginx
	@sh tools/deps.sh clients

test-clients: nginx $(OUT)/sluice | deps-clients
	@BUILD='$(OUT)' sh tests/clients/run.sh

golden-clients: nginx $(OUT)/sluice | deps-clients
	@BUILD='$(OUT)' sh tests/clients/run.sh update
