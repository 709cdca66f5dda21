#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every header compiles alone, and documents what can fail.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

for header in src/*/*.h tests/fake/*.h; do
  [ -e "$header" ] || continue
  t_true "$header compiles alone" \
    cc -std=c11 -D_POSIX_C_SOURCE=200809L -Isrc -Wall -Wextra -Werror -fsyntax-only -x c "$header"
done
t_eq "functions that return enum cs_err must be checked" "" \
  "$(grep -nE '^(static inline )?enum cs_err [a-z_0-9]+\(' src/*/*.h)"
t_done
