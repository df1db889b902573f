# SPDX-License-Identifier: MIT
# fuzz.mk - the fuzzers; the Makefile includes it. See fuzz/README.md.
#
#   fuzz           runs each target FUZZ_TIME seconds (60)
#   FUZZ_TARGETS=  'a b' runs those alone

FUZZ_CC      ?= clang-14
FUZZ_TIME    ?= 60
FUZZ_ALL     := $(shell sed -n 's/^  X(\([a-z]*\)).*/\1/p' fuzz/target.h)
FUZZ_TARGETS ?= $(FUZZ_ALL)
FUZZ_OUT     := $(OUT)/fuzz
FUZZ_FLAGS    = -std=c11 -O1 -g -fno-omit-frame-pointer \
                -fsanitize=address,undefined -fno-sanitize-recover=all \
                -Iinclude -Isrc -Itools $(DEP_CFLAGS) $(TEST_CFLAGS)
# What is fuzzed counts its edges; what checks it must not.
FUZZ_EDGES   := -fsanitize=fuzzer-no-link
FUZZ_HELP    := $(addprefix fuzz/,$(FUZZ_ALL:=.c)) \
                $(patsubst %,fuzz/%.c,flow head memory mutate reference said) \
                $(patsubst %,tests/%.c,bytes laws laws_shape laws_tool other \
                laws_wire rfc)
fuzz_object   = $(patsubst %.c,$(FUZZ_OUT)/obj/%.o,$(1))
FUZZ_LIB_OBJ  := $(call fuzz_object,$(LIB_SRC) $(wildcard tools/lint/lint_*.c))
FUZZ_HELP_OBJ := $(call fuzz_object,$(FUZZ_HELP))

$(FUZZ_LIB_OBJ): FUZZ_FLAGS += $(FUZZ_EDGES)
$(FUZZ_OUT)/obj/%.o: %.c Makefile fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<

FUZZ_BIN := $(addprefix $(FUZZ_OUT)/bin/,$(FUZZ_ALL))
$(FUZZ_BIN): $(FUZZ_OUT)/bin/%: fuzz/entry.c $(FUZZ_LIB_OBJ) $(FUZZ_HELP_OBJ)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -DFUZZ_ENTRY=$* -o $@ $^ \
	  $(TEST_LIBS) $(DEP_LIBS)

# ---- seeds, and every input once more without a fuzzer ----------------------

FUZZ_PLAIN_OBJ := $(call object,$(FUZZ_HELP) $(wildcard tools/lint/lint_*.c))
$(call object,fuzz/seed.c fuzz/replay.c $(FUZZ_HELP)): DEP_CFLAGS += $(TEST_CFLAGS)
$(call object,fuzz/seed.c fuzz/replay.c $(FUZZ_HELP)): INCLUDES += -Itools
$(call object,fuzz/seed.c fuzz/replay.c $(FUZZ_HELP)): | deps-test

$(FUZZ_OUT)/bin/seed: $(call object,fuzz/seed.c tests/run.c) $(FUZZ_PLAIN_OBJ) \
                      $(OUT)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(TEST_LIBS) \
	  $(DEP_LIBS)

$(FUZZ_OUT)/seeds: $(FUZZ_OUT)/bin/seed $(wildcard corpus/*.sse)
	$(Q)rm -rf $@
	$(Q)$< $@

-include $(wildcard $(FUZZ_OUT)/obj/*/*.d $(FUZZ_OUT)/obj/*/*/*.d)
