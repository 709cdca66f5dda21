#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every option of every tool stands in --help, has an entry in its man page and is offered by the three completions;
# the man pages name no other option.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
export PATH=$BIN:$PATH

# bash_words TOOL WORD: what bash offers after "TOOL WORD"
bash_words() {
  bash -c '
    . completions/cardscope.bash
    COMP_WORDS=("$1" "$2") COMP_CWORD=1 COMP_LINE="$1 $2" COMP_POINT=${#COMP_LINE}
    _cardscope "$1" "$2" "$1"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$1" "$2"
}

fish_words() {
  fish --no-config -c "source completions/cardscope.fish; complete -C '$1 $2'" | cut -f1
}

# zsh's completion needs a terminal; what it would offer comes from the same function it calls.
zsh_words() {
  zsh -f -c ". completions/_cardscope; _cardscope_specs $1" | sed -n 's/^\*\(--[a-z-]*\).*/\1/p'
}

# entries PAGE: the options that have an entry, with how they take an argument: "--x", "--x ARG" or "--x[=ARG]"
entries() {
  sed -nE -e 's/^ +(-[^ ]+( [^ ]+)?, )?(--[a-z-]+)\[=.*/\3[=ARG]/p; t' \
    -e 's/^ +(-[^ ]+( [^ ]+)?, )?(--[a-z-]+) [^ ].*/\3 ARG/p; t' \
    -e 's/^ +(-[^ ]+( [^ ]+)?, )?(--[a-z-]+)(  .*)?$/\3/p' <<<"$1" | sort
}

# options TOOL: the same for the options it has
options() {
  "$1" --complete-options |
    awk -F '\t' '{print $1 ($3 == "required" ? " ARG" : $3 == "optional" ? "[=ARG]" : "")}' | sort
}

# foreign PAGE: options that no tool of ours has
foreign() {
  grep -oE -- '(^|[^a-zA-Z0-9-])--[a-z][a-z-]*' <<<"$1" | grep -oE -- '--[a-z-]+' | sort -u | grep -vxF -- "$known"
}

read -ra tools < <(sed -n 's/^TOOLS *:= *//p' Makefile)
known=$(for tool in "${tools[@]}"; do options "$tool"; done | grep -oE -- '--[a-z-]+' | sort -u)
for tool in "${tools[@]}"; do
  help=$("$tool" --help)
  page=$(mandoc -Tutf8 -Owidth=500 "man/$tool.1" | col -bx)
  in_bash=$(bash_words "$tool" --)
  in_fish=$(fish_words "$tool" --)
  in_zsh=$(zsh_words "$tool")
  while IFS=$'\t' read -r long short _ _ text; do
    missing=
    grep -qF -- "$long" <<<"$help" || missing+=" help"
    grep -qF -- "$text" <<<"$help" || missing+=" help-text"
    [ "$short" = - ] || grep -qE -- "(^|[ ,])$short([ ,[]|$)" <<<"$page" || missing+=" man:$short"
    grep -qxE -- "$long=?" <<<"$in_bash" || missing+=" bash"
    grep -qxE -- "$long=?" <<<"$in_fish" || missing+=" fish"
    grep -qxE -- "$long" <<<"$in_zsh" || missing+=" zsh"
    t_eq "$tool $long is documented and completed" "" "$missing"
  done < <("$tool" --complete-options)
  for section in NAME SYNOPSIS DESCRIPTION OPTIONS "EXIT STATUS" ENVIRONMENT EXAMPLES "SEE ALSO"; do
    t_like "man/$tool.1 has $section" "$page" "^$section\$"
  done
  t_eq "man/$tool.1 has an entry for each option, and for no other" "$(options "$tool")" "$(entries "$page")"
  t_eq "man/$tool.1 names no unknown option" "" "$(foreign "$page")"
  t_like "README names $tool" "$(cat README.md)" "\`$tool\`"
done
t_true "bash takes the completion" bash -n completions/cardscope.bash
t_true "zsh takes the completion" zsh -n completions/_cardscope
t_true "fish takes the completion" fish --no-execute completions/cardscope.fish
t_done
