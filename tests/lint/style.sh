#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Form: clang-format, shellcheck, mandoc, licence lines, sizes, and what may not be named.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

# Files of the project as git names them, in an unpacked archive too: what .gitignore says is left out.
files() {
  git ls-files -co --exclude-standard -- "$@" 2>/dev/null && return
  find "$@" \( -path ./build -o -path ./.git \) -prune -o ! -type d ! -path ./compile_commands.json -print |
    sed 's,^\./,,' | sort
}
mapfile -t c_files < <(files src tests bench | grep -E '\.[ch]$')
mapfile -t shell_files < <(files . | while read -r f; do
  case $f in
    *.sh) echo "$f" ;;
    *) head -c 64 "$f" 2>/dev/null | head -1 | grep -aqE '^#!.*\b(ba)?sh$' && echo "$f" ;;
  esac
done)

if clang-format --version | grep -q ' version 14\.'; then
  t_true "clang-format changes nothing" clang-format --dry-run --Werror "${c_files[@]}"
else
  t_pass "clang-format changes nothing # SKIP the layout is that of version 14, and the others differ"
fi
t_true "shellcheck is content" shellcheck -x "${shell_files[@]}"
for page in man/*; do
  t_eq "mandoc is content with $page" "" "$(mandoc -Tlint -W warning "$page" 2>&1)"
done
t_eq "every source names its licence" "" \
  "$(files . | grep -E '\.(c|h|def|sh|bash|zsh|fish|scn)$|^(Makefile|scripts/|bench/run|tests/run|\.ci/)' |
    xargs grep -L 'SPDX-License-Identifier: GPL-2.0-or-later')"

# A function runs from "{" in column 0 to "}" in column 0; tables and switches that are flat may be longer.
t_eq "no function above 60 lines" "" "$(for f in $(files src | grep '\.c$'); do
  awk -v f="$f" '/^\{/{s=NR} /^\}/{if (s && NR-s-1 > 60) print f ":" s ": " NR-s-1 " lines"; s=0}' "$f"
done)"
t_eq "no source above 600 lines" "" "$(for f in $(files src | grep '\.c$'); do
  [ "$(wc -l <"$f")" -le 600 ] || echo "$f"
done)"
t_eq "no tool above 250 lines" "" "$(for f in src/tools/*.c; do
  [ "$(wc -l <"$f")" -le 250 ] || echo "$f"
done)"
t_eq ".ci/run runs the README's test command and nothing else" "make check" \
  "$(grep -vE '^#|^$' .ci/run | sed 's/^cd [^&]* && //; s/^exec //')"
t_like "the README names that command" "$(cat README.md)" '^ +make check$'
t_eq "no tabs but in C, no blanks at line ends" "" \
  "$(files . | grep -vE '^(data|tests/(fuzz/corpus|cli/expected|data|roots))/' | xargs grep -nIE '[ 	]+$' | head -5)"
t_done
