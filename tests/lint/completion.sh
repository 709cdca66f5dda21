#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What bash, zsh and fish offer, with reader names that have blanks and one that must not be carried out.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$T_TMP" || exit 1
export PATH=$FAKE:$PATH FAKE_WINSCARD=$T_TMP/readers
# shellcheck disable=SC2016 # a name as a reader could have it
cat >readers <<'END'
reader "Virtual PCD 00 00"
reader "Virtual PCD 00 01"
reader "$(touch carried-out) `touch carried-out` 00"
END
virtual="Virtual PCD 00 00
Virtual PCD 00 01"

# in_bash WORD...: what bash offers for the last word; readline splits at "=" as well
in_bash() {
  bash -c '
    compopt() { :; } # works within a completion only
    . "$0/completions/cardscope.bash"
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    word=${COMP_WORDS[COMP_CWORD]}
    _cardscope "$1" "${word#=}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf "%s\n" "${COMPREPLY[@]}"' "$top" "$@" | sort
}

t_eq "bash: options" "--timeout
--timestamps" "$(in_bash pcsc_scan --time | grep -vx -- --time)"
t_eq "bash: choices" "insert
no-reader
reader
remove" "$(in_bash pcsc_scan --wait '')"
t_eq "bash: one of a list" "card_inserted
card_mute
card_removed" "$(in_bash pcsc_scan --events card_)"
t_eq "bash: the beginning of a choice" "always
auto" "$(in_bash atr_parse --color a)"
t_eq "bash: choices behind =" "always
auto
never" "$(in_bash atr_parse --color =)"
t_eq "bash: the beginning of a choice behind =" "never" "$(in_bash atr_parse --color = n)"
t_eq "bash: reader names" "$virtual" "$(in_bash pcsc_scan --reader Virt)"
t_eq "bash: a name begun with quoted blanks" "Virtual PCD 00 01" "$(in_bash pcsc_scan --reader 'Virtual\ PCD\ 00\ 01')"
t_eq "bash: a name begun with a quote" "$virtual" "$(in_bash pcsc_scan --reader '"Virtual PCD')"
t_eq "bash: atr_parse -r" "$virtual" "$(in_bash atr_parse -r Virt)"
t_eq "bash: an option behind atr_parse -r" "--short" "$(in_bash atr_parse -r --sho)"
t_eq "bash: scriptor's readers" "$virtual" "$(in_bash scriptor -r Virt)"
t_eq "bash: protocols" "T=0
T=1" "$(in_bash scriptor -p T)"
t_eq "bash: nothing for a number" "" "$(in_bash card_replay --port 3)"
t_like "bash: a name is not carried out" "$(in_bash pcsc_scan --reader '')" 'touch carried-out'
t_true "... and was not" test ! -e carried-out
t_eq "bash: each tool is completed" "atr_parse card_replay pcsc_doctor pcsc_remote pcsc_scan pcsc_top scriptor" \
  "$(bash -c '. "$0/completions/cardscope.bash"; complete -p' "$top" | grep -o '[a-z_]*$' | sort | paste -sd ' ')"
t_eq "bash: commands" "clients
explain
polkit-rule
report" "$(in_bash pcsc_doctor '')"
t_eq "bash: the beginning of a command" "report" "$(in_bash pcsc_doctor r)"
t_eq "bash: one more of a list" "card_mute,card_inserted" "$(in_bash pcsc_scan --events card_mute,card_i)"
t_like "bash: a command for --exec" "$(in_bash pcsc_scan --exec pcsc_sc)" '^pcsc_scan$'
printf '127.0.0.1 bench.example bench2.example\n' >hosts
t_eq "bash: a host" "bench.example
bench2.example" "$(HOSTFILE=$T_TMP/hosts in_bash pcsc_remote -p 22 --batch benc)"
t_like "bash: a command there" "$(in_bash pcsc_remote -p 22 bench.example pcsc_sc)" '^pcsc_scan$'
t_eq "bash: an option of that command is not pcsc_remote's" "" "$(in_bash pcsc_remote bench.example pcsc_scan --batc)"
t_eq "bash: an option behind one with =" "--batch" "$(in_bash pcsc_remote --timeout = 3 --ba)"
t_like "bash: a command behind -o NAME=VALUE" "$(in_bash pcsc_remote -o Port = 22 bench.example pcsc_sc)" '^pcsc_scan$'
t_like "bash: a command behind USER@HOST" "$(in_bash pcsc_remote -p 22 root @ bench.example pcsc_sc)" '^pcsc_scan$'
t_eq "bash: a host behind USER@" "bench2.example" "$(HOSTFILE=$T_TMP/hosts in_bash pcsc_remote -o Port = 22 root @ bench2)"
t_like "bash: a command behind --" "$(in_bash pcsc_remote -H bench.example -- pcsc_sc)" '^pcsc_scan$'

in_fish() {
  fish --no-config -c "source '$top/completions/cardscope.fish'; complete -C \"$1\"" | cut -f1
}
t_eq "fish: choices" "always
auto" "$(in_fish 'atr_parse --color a')"
t_eq "fish: one of a list" "service_back
service_lost" "$(in_fish 'pcsc_scan --events serv')"
t_eq "fish: reader names" "$virtual" "$(in_fish 'pcsc_scan --reader Virt')"
t_eq "fish: atr_parse -r" "$virtual" "$(in_fish 'atr_parse -r Virt')"
t_eq "fish: scriptor's readers" "$virtual" "$(in_fish 'scriptor -r Virt')"
t_eq "fish: the beginning of a command" "explain" "$(in_fish 'pcsc_doctor ex')"
t_eq "fish: no files for a number" "" "$(in_fish 'card_replay --port ')"
t_eq "fish: one more of a list" "card_mute,card_inserted" "$(in_fish 'pcsc_scan --events card_mute,card_i')"
t_like "fish: a command for --exec" "$(in_fish 'pcsc_scan --exec pcsc_sc')" '^pcsc_scan$'
for options in '' '-p 22 ' '-H bench --timeout=3 --port 22 '; do
  case $options in -H*) host=-- ;; *) host=bench ;; esac
  t_eq "fish: an option of the command of pcsc_remote $options$host" "--events" \
    "$(in_fish "pcsc_remote $options$host pcsc_scan --even")"
  t_eq "fish: ... and none of pcsc_remote's" "" "$(in_fish "pcsc_remote $options$host pcsc_scan --batc")"
  t_like "fish: ... and the command" "$(in_fish "pcsc_remote $options$host pcsc_sc")" '^pcsc_scan$'
done
t_eq "fish: an option of pcsc_remote's" "--batch" "$(in_fish 'pcsc_remote -p 22 --batc')"

# zsh's completion needs a terminal: LINE and a TAB, until the line has become one that matches PATTERN
cat >complete.zsh <<'END'
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1= fpath=(${(q)1}/completions \$fpath); autoload -Uz compinit; compinit -u -D; stty cols 200; print REA''DY" # not READY as typed
zpty -r z got '*READY*'
zpty -n -w z "$2"$'\t'
zpty -r z got "*$3*"
END
# LeakSanitizer can hang in a process with threads whose terminal is an interactive shell's.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
while IFS='|' read -r line pattern; do
  t_true "zsh: $line<TAB>" timeout 60 zsh -f complete.zsh "$top" "$line" "$pattern"
done <<'END'
atr_parse --sho|--sho*rt
pcsc_scan --wait in|--wait in*sert
pcsc_scan --events st|--events st*ate_changed
pcsc_scan --reader Virt|Virtual\\ PCD\\ 00\\ 0
atr_parse -r Virt|Virtual\\ PCD\\ 00\\ 0
scriptor --rec|--rec*ord
scriptor -r Virt|Virtual\\ PCD\\ 00\\ 0
pcsc_doctor expl|expl*ain
pcsc_scan --events card_mute,st|--events card_mute,st*ate_changed
pcsc_scan --exec pcsc_sc|pcsc_sc*an
pcsc_remote bench pcsc_scan --even|--even*ts
pcsc_remote -p 22 bench pcsc_scan --even|--even*ts
atr_parse --|--version *show the version
END
# pcsc-tools has a pcsc_scan, too, and a scriptor that sends what it reads to a card
mkdir other
printf '#!/bin/sh\necho "usage: pcsc_scan [-n]"\n' >other/pcsc_scan
printf '#!/bin/sh\necho "$*" >>%q\necho "Using T=0 protocol"\ncat\n' "$T_TMP/asked" >other/scriptor
chmod +x other/pcsc_scan other/scriptor
PATH=$T_TMP/other:$PATH
t_eq "bash: another pcsc_scan offers nothing" "" "$(in_bash pcsc_scan --)"
t_eq "fish: nor breaks the completion of others" "--short" "$(in_fish 'atr_parse --sho' 2>&1)"
t_eq "zsh: nor gives specifications" "" "$(zsh -f -c ". $top/completions/_cardscope; _cardscope_specs pcsc_scan")"
for word in -- 0; do
  t_eq "bash: nor does another scriptor: $word" "" "$(in_bash scriptor "$word" < <(sleep 9))"
done
t_eq "fish: nor does it hang there" "--short" "$(timeout 10 fish --no-config -c "source '$top/completions/cardscope.fish'
  complete -C 'atr_parse --sho'" < <(sleep 9) | cut -f1)"
t_eq "zsh: nor there" "" "$(timeout 10 zsh -f -c ". $top/completions/_cardscope; _cardscope_specs scriptor" < <(sleep 9))"
t_eq "... and was asked for its options only" "--complete-options" "$(sort -u asked)"
t_true "a name was not carried out" test ! -e carried-out
t_done
