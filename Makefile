# SPDX-License-Identifier: MIT
# sluice: GNU make. Targets:
#
#   all        the command, both libraries and sluice.pc, in build/
#   test       builds and runs every test (check is the same)
#   asan       the same tests under AddressSanitizer and UBSan
#   lint       format, floors, forbidden names, sizes, man pages, warnings
#   fuzz       the fuzzers, a minute each (fuzz/fuzz.mk has more)
#   bench      how fast it is (bench/bench.mk has more)
#   nginx      the nginx module; gateway starts it (nginx/nginx.mk has more)
#   examples   embedders in other languages and with other libraries;
#              test-examples runs them (examples/examples.mk)
#   test-clients  real clients through it (tests/clients/clients.mk has more)
#   verify     all that, and what takes longer; STEPS='a b' runs those alone
#   demo       a recorded stream, chunks in and events out
#   install    DESTDIR= PREFIX= LIBDIR=; uninstall removes the same files
#   golden     writes the expected events of corpus/ anew and shows what changed
#   format     lets clang-format rewrite the C files
#   clean      removes build/
#
# all, test, lint and demo install the packages that they need and do not find
# (tools/deps.sh). Settings (CC, CFLAGS, PREFIX, …) can stand in config.mk.
# V=1 shows whole command lines, WERROR=1 makes each warning an error.

-include config.mk

PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR     ?= $(PREFIX)/share/man
# Streams to try: `sluice serve` looks for them from where it is itself.
SEEDDIR    := $(PREFIX)/share/sluice/corpus
PKG_CONFIG ?= pkg-config
INSTALL    ?= install
CFLAGS     ?= -O2 -g
export CC PKG_CONFIG

# The one number in the soname is the major version of the ABI. It is the first
# number of VERSION: a release that breaks the ABI raises it.
VERSION := $(shell cat VERSION)
ABI     := $(firstword $(subst ., ,$(VERSION)))
SO      := libsluice.so
SONAME  := $(SO).$(ABI)
SOFILE  := $(SO).$(VERSION)

# Everything that is built goes here. `make asan` runs this file once more with
# another OUT, so that the two trees do not disturb each other.
OUT      := build
SANITIZE :=

WARN     := -Wall -Wextra -Wconversion -Wshadow $(if $(WERROR),-Werror)
FLAGS    := -std=c11 $(WARN) -fPIC -fvisibility=hidden $(SANITIZE)
# On x86, gcc clears and copies structs by an instruction that takes longer to
# start than the work does. Where it can be told so, it uses plain stores.
PLAIN    := -mmemset-strategy=vector_loop:256:noalign,libcall:-1:noalign \
            -mmemcpy-strategy=unrolled_loop:256:noalign,libcall:-1:noalign
PLAIN    := $(shell $(CC) $(PLAIN) -E -x c /dev/null >/dev/null 2>&1 && \
              echo '$(PLAIN)')
INCLUDES := -Iinclude -Isrc

# Not expanded before a recipe uses them, thus after deps.sh found or installed
# the packages.
DEP_CFLAGS  = $(shell $(PKG_CONFIG) --cflags yajl libutf8proc)
DEP_LIBS    = $(shell $(PKG_CONFIG) --libs yajl libutf8proc)
# Of the command alone: the library knows no network.
TOOL_CFLAGS = $(shell $(PKG_CONFIG) --cflags libmicrohttpd)
TOOL_LIBS   = $(shell $(PKG_CONFIG) --libs libmicrohttpd)
TEST_CFLAGS = $(shell $(PKG_CONFIG) --cflags cmocka jansson)
TEST_LIBS   = $(shell $(PKG_CONFIG) --libs cmocka jansson)
# yajl's own build calls its static library yajl_s; yajl.pc does not say so.
LIBS_PRIVATE ?= $(patsubst -lyajl,-lyajl_s,$(shell \
                $(PKG_CONFIG) --static --libs yajl libutf8proc))

HEADERS  := $(wildcard include/sluice/*.h)
MAN      := $(wildcard docs/man/*.[1-9])
SEEDS    := $(wildcard corpus/seed-*.sse)
LIB_SRC  := $(wildcard src/*.c)
# The larger commands have a folder of their own.
TOOL_SRC := $(wildcard tools/*.c tools/*/*.c)
SHOW_SRC := $(wildcard examples/*.c)
# tests/NAME_test.c is a program; the other .c files there are shared by all.
TEST_SRC := $(wildcard tests/*_test.c)
# tests/cost.c measures, and is no test.
HELP_SRC := $(filter-out $(TEST_SRC) tests/cost.c,$(wildcard tests/*.c))
TEST_SH  := $(filter-out tests/run.sh tests/lib%.sh,$(wildcard tests/*.sh))

object    = $(patsubst %.c,$(OUT)/obj/%.o,$(1))
LIB_OBJ  := $(call object,$(LIB_SRC))
TOOL_OBJ := $(call object,$(TOOL_SRC))
SHOW_OBJ := $(call object,$(SHOW_SRC))
HELP_OBJ := $(call object,$(HELP_SRC))
# The checker of `sluice lint`: tests look through its eyes, too.
LINT_OBJ := $(call object,$(wildcard tools/lint/lint_*.c))
TEST_OBJ := $(call object,$(TEST_SRC) tests/cost.c) $(HELP_OBJ)
TEST_BIN := $(TEST_SRC:tests/%.c=$(OUT)/tests/%)

comma := ,
Q   := $(if $(V),,@)
say  = $(if $(V),,@printf '  %-4s %s\n' $(1) $@)

.PHONY: all objects test check run-tests asan lint format verify demo golden \
        install uninstall clean deps deps-test deps-lint deps-verify
.SECONDARY:
.DELETE_ON_ERROR:

all: $(OUT)/sluice $(OUT)/libsluice.a $(OUT)/$(SO) $(OUT)/sluice.pc

objects: $(LIB_OBJ) $(TOOL_OBJ) $(SHOW_OBJ) $(TEST_OBJ)

# ---- what is needed ---------------------------------------------------------

# One after the other: two package managers at once would not get along.
deps:
	@sh tools/deps.sh build
deps-test: | deps
	@sh tools/deps.sh test
deps-lint: | deps-test
	@sh tools/deps.sh lint
deps-verify: | deps-lint
	@sh tools/deps.sh verify

# ---- building ---------------------------------------------------------------

$(LIB_OBJ): FLAGS += -Wc++-compat $(PLAIN)
$(SHOW_OBJ): INCLUDES := -Iinclude
$(TOOL_OBJ): INCLUDES += -Itools
$(TOOL_OBJ): DEP_CFLAGS += $(TOOL_CFLAGS)
$(TEST_OBJ): DEP_CFLAGS += $(TEST_CFLAGS)
$(TEST_OBJ): | deps-test

$(OUT)/obj/%.o: %.c Makefile $(wildcard config.mk) | deps
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) $(INCLUDES) $(DEP_CFLAGS) \
	  -MMD -MP -c -o $@ $<

$(OUT)/libsluice.a: $(LIB_OBJ)
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(OUT)/$(SOFILE): $(LIB_OBJ) src/sluice.map Makefile
	$(call say,LD)
	$(Q)$(CC) -shared $(CFLAGS) $(SANITIZE) $(LDFLAGS) -Wl,-soname,$(SONAME) \
	  -Wl,--version-script,src/sluice.map -Wl,-z,defs,-z,relro,-z,now \
	  -o $@ $(LIB_OBJ) $(DEP_LIBS)

$(OUT)/$(SONAME): $(OUT)/$(SOFILE)
	$(Q)ln -sf $(SOFILE) $@

$(OUT)/$(SO): $(OUT)/$(SONAME)
	$(Q)ln -sf $(SONAME) $@

$(OUT)/sluice: $(TOOL_OBJ) $(OUT)/libsluice.a
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(DEP_LIBS) $(TOOL_LIBS)

$(OUT)/examples/%: $(OUT)/obj/examples/%.o $(OUT)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(DEP_LIBS)

$(OUT)/tests/%: $(OUT)/obj/tests/%.o $(HELP_OBJ) $(LINT_OBJ) $(OUT)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(TEST_LIBS) $(DEP_LIBS)

# It tests parts of the command that need nothing else.
$(OUT)/tests/replay_test: $(call object,$(patsubst %,tools/serve/%.c, \
                            replay plan agenda))

# It watches every call of yajl, and the way out of it (fortified or not).
$(OUT)/tests/wall_test: override LDFLAGS += $(addprefix -Wl$(comma)--wrap=, \
  yajl_alloc yajl_config yajl_parse yajl_get_bytes_consumed \
  longjmp __longjmp_chk)

# A function of nothing but the folders, so install writes its own.
pc = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
     -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' -e 's|@VERSION@|$(VERSION)|' \
     -e 's|@LIBS_PRIVATE@|$(LIBS_PRIVATE)|' sluice.pc.in

$(OUT)/sluice.pc: sluice.pc.in VERSION Makefile $(wildcard config.mk) | deps
	@mkdir -p $(@D)
	$(Q)$(pc) > $@

-include $(wildcard $(OUT)/obj/*/*.d $(OUT)/obj/*/*/*.d)

include fuzz/fuzz.mk
include bench/bench.mk
include nginx/nginx.mk
include examples/examples.mk
include tests/clients/clients.mk

# ---- testing ----------------------------------------------------------------

check: test

test: run-tests

# Tests find what to test in BUILD (the tree) and SLUICE (the command).
run-tests: $(OUT)/sluice $(TEST_BIN) $(FUZZ_REPLAY) $(FUZZ_OUT)/seeds \
           $(BENCH_BIN) $(if $(SANITIZE),,all)
	@BUILD='$(OUT)' SLUICE='$(OUT)/sluice' SANITIZE='$(SANITIZE)' \
	  sh tests/run.sh $(TEST_BIN) $(TEST_SH)

SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all \
              -fno-omit-frame-pointer
# Not with WERROR: sanitizers make the compiler see paths that are none.
asan:
	@ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 \
	  UBSAN_OPTIONS=print_stacktrace=1 $(MAKE) --no-print-directory \
	  OUT=build/asan WERROR= CFLAGS='-O1 -g' SANITIZE='$(SANITIZERS)' run-tests

lint: deps-lint
	+@MAKE='$(MAKE)' sh tools/lint.sh

verify: deps-verify
	+@MAKE='$(MAKE)' sh tools/verify.sh $(STEPS)

format: deps-lint
	@sh tools/lint.sh format

# A stream with a citation; DEMO=FILE shows another.
DEMO := corpus/seed-002.sse
demo: $(OUT)/examples/show
	@$(OUT)/examples/show $(DEMO)

golden: $(OUT)/sluice $(OUT)/tests/golden_test $(OUT)/tests/rounds_test \
        $(OUT)/tests/requests_test
	GOLDEN=update BUILD='$(OUT)' SLUICE='$(OUT)/sluice' $(OUT)/tests/golden_test
	GOLDEN=update $(OUT)/tests/rounds_test
	GOLDEN=update $(OUT)/tests/requests_test
	@git status --short corpus
	@git --no-pager diff --stat corpus

# ---- installing -------------------------------------------------------------

TO := $(DESTDIR)

install: $(OUT)/sluice $(OUT)/libsluice.a $(OUT)/$(SO)
	$(INSTALL) -d '$(TO)$(BINDIR)' '$(TO)$(LIBDIR)/pkgconfig' \
	  '$(TO)$(INCLUDEDIR)/sluice' '$(TO)$(MANDIR)/man1' '$(TO)$(MANDIR)/man3' \
	  '$(TO)$(SEEDDIR)'
	$(INSTALL) -m 755 $(OUT)/sluice '$(TO)$(BINDIR)'
	$(INSTALL) -m 644 $(OUT)/libsluice.a $(OUT)/$(SOFILE) '$(TO)$(LIBDIR)'
	ln -sf $(SOFILE) '$(TO)$(LIBDIR)/$(SONAME)'
	ln -sf $(SONAME) '$(TO)$(LIBDIR)/$(SO)'
	$(pc) > '$(TO)$(LIBDIR)/pkgconfig/sluice.pc'
	$(INSTALL) -m 644 $(HEADERS) '$(TO)$(INCLUDEDIR)/sluice'
	$(INSTALL) -m 644 $(filter %.1,$(MAN)) '$(TO)$(MANDIR)/man1'
	$(INSTALL) -m 644 $(filter %.3,$(MAN)) '$(TO)$(MANDIR)/man3'
	$(INSTALL) -m 644 $(SEEDS) '$(TO)$(SEEDDIR)'

uninstall:
	rm -f '$(TO)$(BINDIR)/sluice' $(patsubst %,'$(TO)$(LIBDIR)/%', \
	  libsluice.a $(SO) $(SONAME) $(SOFILE) pkgconfig/sluice.pc) \
	  $(patsubst include/%,'$(TO)$(INCLUDEDIR)/%',$(HEADERS)) \
	  $(patsubst docs/man/%,'$(TO)$(MANDIR)/man1/%',$(filter %.1,$(MAN))) \
	  $(patsubst docs/man/%,'$(TO)$(MANDIR)/man3/%',$(filter %.3,$(MAN))) \
	  $(patsubst corpus/%,'$(TO)$(SEEDDIR)/%',$(SEEDS))
	rmdir '$(TO)$(INCLUDEDIR)/sluice' '$(TO)$(SEEDDIR)' \
	  '$(TO)$(SEEDDIR:%/corpus=%)' 2>/dev/null || true

clean:
	rm -rf build
