# SPDX-License-Identifier: MIT
# fuzz.mk - the fuzzers; the Makefile includes it. See fuzz/README.md.
#
#   fuzz           runs each target FUZZ_TIME seconds (60)
#   fuzz-long      the same, an hour each
#   fuzz-afl       the same with AFL++
#   fuzz-coverage  what of src/ the inputs reach, target by target
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
                $(patsubst %,tests/%.c,bytes chat_laws folder heap laws \
                laws_shape laws_tool laws_wire other rfc shortened)
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

FUZZ_PLAIN_OBJ := $(call object,$(FUZZ_HELP))
FUZZ_MAIN_OBJ  := $(call object,fuzz/seed.c fuzz/replay.c)
$(FUZZ_PLAIN_OBJ) $(FUZZ_MAIN_OBJ): DEP_CFLAGS += $(TEST_CFLAGS)
$(FUZZ_PLAIN_OBJ) $(FUZZ_MAIN_OBJ): INCLUDES += -Itools
$(FUZZ_PLAIN_OBJ) $(FUZZ_MAIN_OBJ): | deps-test
FUZZ_SEED   := $(FUZZ_OUT)/bin/seed
FUZZ_REPLAY := $(FUZZ_OUT)/bin/replay

$(FUZZ_SEED): $(call object,fuzz/seed.c tests/run.c tests/request_case.c)
$(FUZZ_REPLAY): $(call object,fuzz/replay.c)
$(FUZZ_SEED) $(FUZZ_REPLAY): $(FUZZ_PLAIN_OBJ) $(LINT_OBJ) $(OUT)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(TEST_LIBS) $(DEP_LIBS)

$(FUZZ_OUT)/seeds: $(FUZZ_SEED) $(wildcard corpus/*.* corpus/rounds/*.* \
                     corpus/requests/*.json)
	$(Q)rm -rf $@
	$(Q)$< $@

# ---- running ----------------------------------------------------------------

.PHONY: fuzz fuzz-long fuzz-coverage fuzz-afl fuzz-build

fuzz-build: $(FUZZ_BIN) $(FUZZ_OUT)/seeds
$(FUZZ_BIN): | deps-verify

fuzz: fuzz-build
	@sh fuzz/run.sh '$(FUZZ_OUT)' $(FUZZ_TIME) $(FUZZ_TARGETS)

fuzz-long:
	@$(MAKE) --no-print-directory fuzz FUZZ_TIME=$(if $(filter file,$(origin \
	  FUZZ_TIME)),3600,$(FUZZ_TIME))

# The same targets by AFL++: edges of its own compiler, in a tree of their own.
fuzz-afl:
	@AFL_USE_ASAN=1 $(MAKE) --no-print-directory fuzz-build OUT=build/afl \
	  FUZZ_CC=afl-clang-fast FUZZ_EDGES= FUZZ_TARGETS='$(FUZZ_TARGETS)'
	@sh fuzz/afl.sh build/afl/fuzz $(FUZZ_TIME) $(FUZZ_TARGETS)

# Lines and branches of src/ that seeds and what was found since reach.
fuzz-coverage: $(FUZZ_OUT)/seeds
	@$(MAKE) --no-print-directory OUT=build/fuzzcov CC=$(FUZZ_CC) \
	  CFLAGS='-O1 -g' SANITIZE='-fprofile-instr-generate -fcoverage-mapping' \
	  build/fuzzcov/fuzz/bin/replay
	@sh fuzz/coverage.sh build/fuzzcov '$(FUZZ_OUT)' $(FUZZ_TARGETS)

-include $(wildcard $(FUZZ_OUT)/obj/*/*.d $(FUZZ_OUT)/obj/*/*/*.d)
