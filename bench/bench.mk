# SPDX-License-Identifier: MIT
# bench.mk - how fast it is; the Makefile includes it. See bench/README.md.
#
#   bench           everything, in some minutes. BENCH_CHUNKS= and
#                   BENCH_ROUNDS= set how much of it, BENCH_WORKLOADS=short,long
#                   measures these alone
#   bench-readme    puts the last figures and the plot into bench/
#   bench-count     instructions of a chunk, against bench/baseline.tsv
#   bench-baseline  writes that file anew

BENCH_OUT := $(OUT)/bench
BENCH_SRC := $(filter-out bench/main.c bench/count.c,$(wildcard bench/*.c))
BENCH_OBJ := $(call object,$(BENCH_SRC) tests/bytes.c tests/meter.c)
BENCH_BIN := $(BENCH_OUT)/bench $(BENCH_OUT)/count
BENCH_ALL := $(call object,$(wildcard bench/*.c))

$(BENCH_ALL): INCLUDES := -Iinclude
$(BENCH_ALL): DEP_CFLAGS += $(TEST_CFLAGS)
$(BENCH_ALL): | deps-test

$(BENCH_OUT)/bench: $(call object,bench/main.c)
$(BENCH_OUT)/count: $(call object,bench/count.c)
$(BENCH_BIN): $(BENCH_OBJ) $(OUT)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(TEST_LIBS) \
	  $(DEP_LIBS) -lm -lpthread

objects: $(BENCH_ALL)

.PHONY: bench bench-readme bench-count bench-baseline

bench: $(BENCH_BIN) $(OUT)/sluice
	@sh bench/count.sh '$(BENCH_OUT)' short,sluice > $(BENCH_OUT)/count.tsv || \
	  rm -f $(BENCH_OUT)/count.tsv
	@$< '$(BENCH_OUT)' $(OUT)/sluice

bench-readme:
	@sh bench/readme.sh '$(BENCH_OUT)'

# What the baseline was made with; another compiler makes other instructions.
BENCH_MADE = $(shell $(CC) --version | head -n 1), $(strip $(CFLAGS))

bench-count: $(BENCH_OUT)/count
	@sh bench/compare.sh '$(BENCH_OUT)' '$(BENCH_MADE)'

bench-baseline: $(BENCH_OUT)/count
	@sh bench/compare.sh '$(BENCH_OUT)' '$(BENCH_MADE)' update
