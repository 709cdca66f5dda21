#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The makefile: nothing is done twice, a header rebuilds who includes it, flags rebuild all, a missing library is
# named with its package, and help lists the targets.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

# a small tree of its own, so that nothing here touches the build that is being tested
tree=$T_TMP/tree
mkdir -p "$tree/src/tools"
cp -r Makefile "$tree"
cp -r src/core src/cli "$tree/src"
read -ra tools < <(sed -n 's/^TOOLS *:= //p' Makefile)
for tool in "${tools[@]}"; do
  printf '#include "core/hex.h"\nint main(void)\n{\n\treturn hex_digit(48);\n}\n' >"$tree/src/tools/$tool.c"
done
run() {
  make --no-print-directory -C "$tree" CFLAGS=-O0 "$@" 2>&1
}

first=$(run)
t_like "the first build compiles" "$first" '^ +CC src/core/hex.o$'
t_true "and links" "$tree/build/atr_parse"
t_eq "the second build does and says nothing" "" "$(run)"
sleep 1 # make compares whole seconds on some file systems
touch "$tree/src/core/tlv.h"
t_eq "a header rebuilds who includes it, nobody else" \
  "$(grep -l '"core/tlv.h"' src/core/*.c | sed 's/^/  CC /; s/c$/o/' | sort)" "$(run | grep ' CC ' | sort)"
t_like "other flags rebuild all" "$(run CFLAGS=-O1)" '^ +CC src/core/err.o$'
run SANITIZE=undefined >/dev/null
t_true "a sanitizer has a directory of its own" test -x "$tree/build/undefined/atr_parse"
t_like "make demo shows what was built" "$(run -n SANITIZE=undefined demo)" "^BIN='build/undefined' scripts/demo$"
t_like "warnings are errors with DEV=1" "$(run -n DEV=1 | grep -c -- -Werror)" '^[1-9]'
t_like "every missing library is named, and what installs it" \
  "$(PKG_CONFIG_LIBDIR=/nonexistent PKG_CONFIG_PATH='' run need-libs)" 'missing: libpcsclite jansson readline ncursesw expat libmnl; scripts/setup build'
t_like "so is a missing pkg-config" "$(run PKG_CONFIG=/nonexistent need-libs)" 'missing: pkg-config; scripts/setup build'
help=$(make --no-print-directory help)
for target in all demo check bench install uninstall clean help; do
  t_like "make help lists $target" "$help" "^  $target "
done
t_done
