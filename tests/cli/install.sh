#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# make install puts everything under DESTDIR, the installed tools work, make uninstall takes all of it away. The
# places have blanks in their names.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

# DATADIR stays what the tools were built with: another one would build them all again.
run_make() {
  make --no-print-directory O="${BIN#"$top"/}" "$@" DESTDIR="$T_TMP/the root" PREFIX='/opt/card scope' \
    DATADIR=/usr/local/share/cardscope DEV=1 \
    SANITIZE="$(case $BIN in */asan) echo address,undefined ;; esac)" >"$T_TMP/log" 2>&1
}

t_true "make install" run_make install
root="$T_TMP/the root/opt/card scope"
data="$T_TMP/the root/usr/local/share/cardscope"
mapfile -t tools < <(sed -n 's/^TOOLS *:= *//p' Makefile | tr ' ' '\n')
# shellcheck disable=SC2016 # for the inner shells
for tool in "${tools[@]}"; do
  t_like "bin/$tool runs" "$("$root/bin/$tool" --version)" "^$tool \(cardscope\) "
  t_like "$tool(1)" "$(cat "$root/share/man/man1/$tool.1")" "$tool"
  # the shells find a completion by the tool's name
  t_like "completion of $tool in bash" \
    "$(bash -c '. "$1"; complete -p "$2"' bash "$root/share/bash-completion/completions/$tool" "$tool" 2>&1)" \
    "complete .*-F _cardscope $tool"
  t_like "completion of $tool in fish" \
    "$(PATH=$BIN:$PATH fish --no-config -c 'source $argv[1]; complete -C "$argv[2] --ver"' \
      "$root/share/fish/vendor_completions.d/$tool.fish" "$tool" 2>&1)" '^--version'
  t_eq "completion of $tool in zsh" _cardscope \
    "$(zsh -f -c 'fpath=("$1" $fpath); autoload -Uz compinit; compinit -u -D; print -r -- $_comps[$2]' zsh \
      "$root/share/zsh/site-functions" "$tool")"
done
for page in man/*.5; do
  t_true "$page" test -s "$root/share/man/man5/${page#man/}"
done
for file in smartcard_list.txt demo/iso7816.trace demo/sim.trace demo/storage.trace; do
  t_true "data: $file" cmp "data/$file" "$data/$file"
done
t_like "the installed tool reads the installed list" \
  "$(CARDSCOPE_DATADIR=$data "$root/bin/atr_parse" --short 3B9F958131FE558031B87194594341524453434F5045FA)" \
  'cardscope demonstration'

run_scripts_install() {
  scripts/install "$1" "$BIN" "$T_TMP/elsewhere" /bin '/opt/d&d/cardscope' /man / card_replay
}
run_scripts_install install
t_like "a manual page names the data's place" "$(cat "$T_TMP/elsewhere/man/man1/card_replay.1")" '^\.I /opt/d&d/cardscope/demo/'
run_scripts_install uninstall

t_true "make uninstall" run_make uninstall
t_eq "uninstall leaves no file" "" "$(find "$T_TMP/the root" "$T_TMP/elsewhere" ! -type d)"
t_eq "uninstall leaves no directory of ours" "" "$(find "$T_TMP/the root" "$T_TMP/elsewhere" -type d \
  \( -name cardscope -o -name 'man[0-9]' -o -name '*completion*' -o -name fish \))"
t_true "make uninstall once more" run_make uninstall
t_done
