#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may include whom, and what the core must not use.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

# layer: the project directories it may include
declare -A may=(
  [core]="core"
  [db]="core db"
  [vpcd]="core vpcd"
  [diag]="core diag"
  [pcsc]="core pcsc"
  [view]="core db diag pcsc view"
  [cli]="core cli"
  [tui]="core db pcsc view tui"
  [tools]="core db vpcd diag pcsc view cli tui tools"
)

for dir in src/*/; do
  layer=$(basename "$dir")
  bad=
  while IFS=: read -r file _ include; do
    target=${include#*\"}
    target=${target%\"*}
    # a name without a directory is a header beside the file
    case $target in */*) target=${target%%/*} ;; *) target=$layer ;; esac
    case " ${may[$layer]:-} " in
      *" $target "*) ;;
      *) bad+="$file includes $include"$'\n' ;;
    esac
  done < <(grep -Hn '^#include "' -r "$dir")
  t_eq "layer $layer includes only: ${may[$layer]:-nothing known}" "" "$bad"
done

# only NAME PATTERN FILES...: system headers that belong to one place
only() {
  local name=$1 pattern=$2 found
  shift 2
  found=$(grep -lrE "^#include <($pattern)>" src | grep -vxF -f <(printf '%s\n' "$@"))
  t_eq "$name" "" "$found"
}
only "only src/pcsc/scard.c includes winscard.h" 'winscard.h|PCSC/.*|reader.h|wintypes.h' src/pcsc/scard.c
only "only src/tui/top_screen.c includes curses" 'n?cursesw?([/.].*)?|term.h' src/tui/top_screen.c
only "only scriptor's line editor includes readline" 'readline/.*' src/tools/scriptor_readline.c
t_eq "the core uses no stdio, malloc, errno, time or locale" "" \
  "$(grep -nE '#include <(stdio|stdlib|errno|time|locale|unistd)\.h>|\b(malloc|calloc|realloc|free|printf|getenv)\(' -r src/core)"
t_eq "no shell is ever started" "" "$(grep -nE '\b(system|popen)\(' -r src)"
t_eq "only cli/app.c reads the environment" "" "$(grep -nE '\bgetenv\(' -r src | grep -v '^src/cli/app.c:')"
t_eq "libraries neither print nor exit" "" \
  "$(grep -nE '\b(exit|_exit|perror|printf|puts|putchar)\(|\bstd(out|err)\b' -r src/core src/db src/pcsc src/vpcd |
    grep -vE '^[^:]*:[0-9]+:\s*(/?\*|//)')"
t_done
