# SPDX-License-Identifier: MIT
# examples.mk - embedders by example; the Makefile includes it. See
# examples/README.md.
#
#   examples       builds them, in build/examples
#   test-examples  runs each against `sluice serve`
#
# They need packages of their own (tools/deps.sh examples), so neither belongs to
# all or test.

EXAMPLES    := $(OUT)/examples
CURL_OBJ    := $(call object,examples/curl/streams.c)
LIBEVENT_OBJ := $(call object,examples/libevent/gateway.c)
NODE_OBJ    := $(call object,examples/node/sluice.c)
LAYOUT_OBJ  := $(call object,examples/test/layout.c)
EXAMPLE_BIN := $(addprefix $(EXAMPLES)/,streams gateway sluice.node layout)
EXAMPLE_LUA := $(patsubst examples/%,$(EXAMPLES)/%, \
                 $(wildcard examples/nginx-lua/*.lua examples/nginx-lua/*.conf))
EXAMPLE_SH  := $(filter-out examples/test/common.sh examples/test/gateway.sh, \
                 $(wildcard examples/test/*.sh))
# Node's headers come with it, or with Debian's libnode-dev.
NODE_INCLUDE = $(firstword $(wildcard $(dir $(shell node -p process.execPath \
                 2>/dev/null))../include/node /usr/include/node))

EXAMPLE_OBJ := $(CURL_OBJ) $(LIBEVENT_OBJ) $(NODE_OBJ) $(LAYOUT_OBJ)
$(EXAMPLE_OBJ): INCLUDES := -Iinclude
$(CURL_OBJ): DEP_CFLAGS = $(shell $(PKG_CONFIG) --cflags libcurl)
$(LIBEVENT_OBJ): DEP_CFLAGS = $(shell $(PKG_CONFIG) --cflags libevent)
$(NODE_OBJ): DEP_CFLAGS = -I$(NODE_INCLUDE)

$(EXAMPLES)/streams: $(CURL_OBJ)
$(EXAMPLES)/streams: EXAMPLE_LIBS = $(shell $(PKG_CONFIG) --libs libcurl)
$(EXAMPLES)/gateway: $(LIBEVENT_OBJ)
$(EXAMPLES)/gateway: EXAMPLE_LIBS = $(shell $(PKG_CONFIG) --libs libevent)
$(EXAMPLES)/sluice.node: $(NODE_OBJ)
$(EXAMPLES)/sluice.node: EXAMPLE_LIBS = -shared
$(EXAMPLES)/layout: $(LAYOUT_OBJ)
$(EXAMPLE_BIN): $(OUT)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $(filter %.o,$^) \
	  $(OUT)/libsluice.a $(EXAMPLE_LIBS) $(DEP_LIBS)

# nginx runs there, and keeps its files there.
$(EXAMPLES)/nginx-lua/%: examples/nginx-lua/%
	@mkdir -p $(@D)/temp
	$(Q)cp $< $@

.PHONY: examples build-examples test-examples deps-examples example-objects

example-objects: $(EXAMPLE_OBJ)

deps-examples: | deps
	@sh tools/deps.sh examples

$(EXAMPLE_OBJ): | deps

examples: deps-examples
	+@$(MAKE) --no-print-directory build-examples

build-examples: $(EXAMPLE_BIN) $(EXAMPLE_LUA) $(OUT)/$(SO) $(OUT)/sluice

test-examples: examples
	@BUILD='$(OUT)' SLUICE='$(OUT)/sluice' SANITIZE='$(SANITIZE)' \
	  sh tests/run.sh $(EXAMPLE_SH)
