# SPDX-License-Identifier: GPL-2.0-or-later
# The only makefile of cardscope. `make help` lists the targets.
#
# Knobs: V=1 shows commands; DEV=1 makes warnings errors; SANITIZE=address,undefined builds a variant of its own;
#        O=DIR puts objects and binaries elsewhere; PREFIX and DESTDIR direct the installation;
#        CFLAGS, CPPFLAGS, LDFLAGS and CC are the user's and come last.

PREFIX     ?= /usr/local
DESTDIR    ?=
BINDIR     ?= $(PREFIX)/bin
DATADIR    ?= $(PREFIX)/share/cardscope
MANDIR     ?= $(PREFIX)/share/man
VERSION    := 0.1.0
SANITIZE   ?=
comma      := ,
O          ?= build$(if $(SANITIZE),/$(subst $(comma),-,$(SANITIZE)))
Q          := $(if $(V),,@)
say         = $(if $(V),,@echo '  $(1)' '$(patsubst $(O)/%,%,$@)')
CFLAGS     ?= -O2 -g
PKG_CONFIG ?= pkg-config

TOOLS    := atr_parse pcsc_scan scriptor pcsc_doctor pcsc_remote pcsc_top card_replay
LIB_SRC  ?= $(wildcard src/core/*.c src/db/*.c src/vpcd/*.c src/diag/*.c src/view/*.c src/cli/*.c src/tools/card_lists.c)
PCSC_SRC ?= $(wildcard src/pcsc/*.c)
TUI_SRC  ?= $(wildcard src/tui/*.c)
UNIT     ?= $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
FUZZ     ?= $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
BENCH    ?= $(patsubst bench/%.c,%,$(wildcard bench/*.c))
PARTS     = $(patsubst src/tools/%.c,$(O)/src/tools/%.o,$(wildcard src/tools/$(1).c src/tools/$(1)_*.c))

# pcsc-lite 2.3.0 to 2.4.0 speak 4:5 to each other and to nobody else; those before speak 4:4, those after both
WIRE_MINOR := $(shell $(PKG_CONFIG) --exists 'libpcsclite >= 2.3.0 libpcsclite < 2.4.1' 2>/dev/null && echo 5)

BASE := -std=c11 -D_POSIX_C_SOURCE=200809L -Isrc -DCS_VERSION='"$(VERSION)"' -DCS_DATADIR='"$(DATADIR)"'$(if $(WIRE_MINOR), -DCS_WIRE_MINOR=$(WIRE_MINOR))
WARN := -Wall -Wextra -Wpedantic -pedantic-errors -Wconversion -Wsign-conversion -Wshadow -Wcast-qual -Wvla \
        -Wformat=2 -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
        -Wundef $(if $(DEV),-Werror)
SAN  := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)

PCSC_CFLAGS  = $(shell $(PKG_CONFIG) --cflags libpcsclite 2>/dev/null)
PCSC_LIBS    = $(shell $(PKG_CONFIG) --libs libpcsclite 2>/dev/null)
JSON_LIBS    = $(shell $(PKG_CONFIG) --libs jansson 2>/dev/null)
READLINE_LIBS = $(shell $(PKG_CONFIG) --libs readline 2>/dev/null)
CURSES_CFLAGS = $(shell $(PKG_CONFIG) --cflags-only-I ncursesw 2>/dev/null)
CURSES_LIBS  = $(shell $(PKG_CONFIG) --libs ncursesw 2>/dev/null)
DIAG_LIBS    = $(shell $(PKG_CONFIG) --libs expat libmnl 2>/dev/null)
CMOCKA_LIBS  = $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null)

LIB      := $(O)/libcardscope.a
PCSCLIB  := $(O)/libcardscope-pcsc.a
TUILIB   := $(O)/libcardscope-tui.a
FAKE_OBJ := $(patsubst %.c,$(O)/%.o,$(wildcard tests/fake/*.c))
BINS     := $(TOOLS:%=$(O)/%)
FAKEBINS := $(TOOLS:%=$(O)/fake/%)

all: $(BINS) ## build every tool (the default)

$(O)/%: $(O)/src/tools/%.o $(LIB) $(PCSCLIB) | need-libs
	$(call say,LD)
	$(Q)$(CC) $(SAN) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $(call PARTS,$*) $(TOOL_LIB) $(PCSCLIB) $(LIB) $(PCSC_LIBS) $(JSON_LIBS) $(TOOL_LIBS)

$(O)/fake/%: $(O)/src/tools/%.o $(LIB) $(PCSCLIB) $(FAKE_OBJ)
	$(call say,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $(call PARTS,$*) $(TOOL_LIB) $(PCSCLIB) $(FAKE_OBJ) $(LIB) $(JSON_LIBS) $(TOOL_LIBS)

$(O)/scriptor $(O)/fake/scriptor: TOOL_LIBS = $(READLINE_LIBS)
$(O)/pcsc_doctor $(O)/fake/pcsc_doctor: TOOL_LIBS = $(DIAG_LIBS) -ldl
$(O)/pcsc_top $(O)/fake/pcsc_top: TOOL_LIBS = $(CURSES_LIBS)
$(O)/pcsc_top $(O)/fake/pcsc_top: TOOL_LIB = $(TUILIB)
$(O)/pcsc_top $(O)/fake/pcsc_top: $(TUILIB)

$(foreach t,$(TOOLS),$(eval $(O)/$(t) $(O)/fake/$(t): $(call PARTS,$(t))))

$(LIB): $(LIB_SRC:%.c=$(O)/%.o)
$(PCSCLIB): $(PCSC_SRC:%.c=$(O)/%.o)
$(TUILIB): $(TUI_SRC:%.c=$(O)/%.o)
$(LIB) $(PCSCLIB) $(TUILIB): $(O)/.sources
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

# Nobody but the PC/SC layer and its stand-in sees winscard.h.
$(O)/src/pcsc/%.o $(O)/tests/fake/%.o $(O)/bench/%.o: PKG = $(PCSC_CFLAGS)
$(O)/src/tui/%.o: PKG = $(CURSES_CFLAGS)

# stamp TEXT: a file that is rewritten only when the text changes
stamp = @mkdir -p $(@D); echo '$(subst ','\'',$(1))' | cmp -s - $@ || echo '$(subst ','\'',$(1))' >$@
FLAGS = $(CC) $(BASE) $(WARN) $(SAN) $(CPPFLAGS) $(CFLAGS) | $(LDFLAGS)
$(O)/.flags: FORCE
	$(call stamp,$(FLAGS))
$(O)/.sources: FORCE
	$(call stamp,$(LIB_SRC) $(PCSC_SRC) $(TUI_SRC))

$(O)/%.o: %.c $(O)/.flags | need-libs
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE) $(PKG) $(WARN) $(SAN) -pthread $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/tests/unit/%: $(O)/tests/unit/%.o $(TUILIB) $(LIB) $(PCSCLIB) $(FAKE_OBJ)
	$(call say,LD)
	$(Q)$(CC) $(SAN) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $< $(TUILIB) $(PCSCLIB) $(FAKE_OBJ) $(LIB) $(JSON_LIBS) $(DIAG_LIBS) $(CMOCKA_LIBS)

# Corpus replay: the fuzz target with a main of our own; `make fuzz-build` links the same file with libFuzzer.
$(O)/tests/fuzz/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(O)/tests/fuzz/replay.o $(LIB)
	$(call say,LD)
	$(Q)$(CC) $(SAN) $(CFLAGS) $(LDFLAGS) -o $@ $< $(O)/tests/fuzz/replay.o $(LIB) $(JSON_LIBS) $(DIAG_LIBS)

build/libfuzzer/%: tests/fuzz/%.c $(LIB_SRC)
	$(call say,FUZZ)
	@mkdir -p $(@D)
	$(Q)clang $(BASE) -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -o $@ $< $(LIB_SRC) $(JSON_LIBS) $(DIAG_LIBS)

$(O)/bench/%: $(O)/bench/%.o $(LIB) $(PCSCLIB)
	$(call say,LD)
	$(Q)$(CC) $(SAN) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $< $(PCSCLIB) $(LIB) $(PCSC_LIBS) $(JSON_LIBS)

need-libs:
	@$(PKG_CONFIG) --version >/dev/null 2>&1 || missing=' pkg-config'; \
	for lib in libpcsclite jansson readline ncursesw expat libmnl; do \
		[ "$$missing" = ' pkg-config' ] || $(PKG_CONFIG) --exists $$lib || missing="$$missing $$lib"; \
	done; \
	[ -z "$$missing" ] || { echo "missing:$$missing; scripts/setup build installs it" >&2; exit 1; }

demo: ## install what is missing, build, and watch a card in a virtual reader
	@scripts/setup demo
	@$(MAKE) --no-print-directory -j"$$(nproc)" all
	@BIN='$(O)' scripts/demo

check: ## install what is missing, then run every test; last line: N passed, N failed
	@scripts/setup check
	@tests/run

check-build: $(BINS) $(FAKEBINS) $(UNIT:%=$(O)/tests/unit/%) $(FUZZ:%=$(O)/tests/fuzz/%) $(BENCH:%=$(O)/bench/%)

check-polkit: all ## the doctor's rules on Debian's pcscd built with polkit (root, network once)
	@BIN='$(abspath $(O))' tests/check_polkit.sh

fuzz-build: $(FUZZ:%=build/libfuzzer/%) ## build the libFuzzer targets into build/libfuzzer

bench-build: all $(O)/fake/pcsc_scan $(O)/fake/pcsc_top $(BENCH:%=$(O)/bench/%)

bench: ## measure: ours beside the peer and beside the limit
	@scripts/setup bench
	@$(MAKE) --no-print-directory bench-build
	@bench/run

install: all ## install binaries, manuals, completions and data under $(DESTDIR)$(PREFIX)
	@scripts/install install '$(O)' '$(DESTDIR)' '$(BINDIR)' '$(DATADIR)' '$(MANDIR)' '$(PREFIX)' $(TOOLS)

uninstall: ## remove what install put there
	@scripts/install uninstall '$(O)' '$(DESTDIR)' '$(BINDIR)' '$(DATADIR)' '$(MANDIR)' '$(PREFIX)' $(TOOLS)

clean: ## remove build/
	$(Q)rm -rf build

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' Makefile

FORCE:
.PHONY: all demo check check-build check-polkit fuzz-build bench-build bench install uninstall clean help need-libs FORCE
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
-include $(shell find $(O) -name "*.d" 2>/dev/null)
