# SPDX-License-Identifier: MIT
# bench.mk - how fast it is; the Makefile includes it. See bench/README.md.
#
#   bench  everything, in some minutes: BENCH_CHUNKS=, BENCH_ROUNDS= set how
#          much of it

BENCH_OUT := $(OUT)/bench
BENCH_SRC := $(wildcard bench/*.c)
BENCH_OBJ := $(call object,$(BENCH_SRC) tests/bytes.c)

$(call object,$(BENCH_SRC)): INCLUDES := -Iinclude
$(call object,$(BENCH_SRC)): DEP_CFLAGS += $(TEST_CFLAGS)
$(call object,$(BENCH_SRC)): | deps-test

$(BENCH_OUT)/bench: $(BENCH_OBJ) $(OUT)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(TEST_LIBS) $(DEP_LIBS)

.PHONY: bench

bench: $(BENCH_OUT)/bench
	@$<
