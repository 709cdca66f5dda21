# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# bash completion for cardscope: every tool answers --complete-options, so nothing is listed here.
# It needs nothing of the bash-completion package, which finds it by the tool's name. Every tool gets an empty
# standard input: pcsc-tools has a pcsc_scan and a scriptor, too, and its scriptor would read a script from there.

# _cardscope_field TOOL OPTION FIELD: 3 = none|required|optional, 4 = what the argument is
_cardscope_field() {
  "$1" --complete-options </dev/null 2>/dev/null |
    awk -F '\t' -v o="$2" -v f="$3" '$1 == o || $2 == o {print $f; exit}'
}

# _cardscope_offer WORD: those lines of stdin that begin with WORD, which may be quoted in part. Not compgen -W: it
# would carry out what a reader's name quotes.
_cardscope_offer() {
  local line word=${1#[\"\']}
  word=${word//\\/}
  COMPREPLY=()
  while IFS= read -r line; do
    [[ $line != "$word"* ]] || COMPREPLY+=("$line")
  done
}

# _cardscope_argument KIND WORD
_cardscope_argument() {
  local head='' choices
  case $1 in
    file) compopt -o default ;;
    command) mapfile -t COMPREPLY < <(compgen -c -- "$2") ;;
    reader)
      compopt -o filenames # has the blanks in the names quoted
      _cardscope_offer "$2" < <(pcsc_scan --readers --time 2 </dev/null 2>/dev/null | sed 's/^[0-9]*: //')
      ;;
    none | '') ;;
    *)
      [[ $2 != *,* ]] || head=${2%,*}, # one more of a list
      IFS=, read -ra choices <<<"$1"
      _cardscope_offer "$2" < <(printf "%s\n" "${choices[@]/#/"$head"}")
      ;;
  esac
}

# _cardscope_commands TOOL: the commands that its synopsis names; a tool that is not ours is not asked
_cardscope_commands() {
  "$1" --complete-options </dev/null 2>/dev/null | grep -q $'\t' || return
  "$1" --help </dev/null 2>/dev/null | sed -nE 's/^( {6}|Usage:) [^ ]+ ([a-z][a-z-]*)( .*)?$/\2/p'
}

# _cardscope_join: PLACE to the last part of a word that readline has split, as NAME = VALUE or USER @ HOST
_cardscope_join() {
  while ((PLACE < COMP_CWORD)) && [[ ${COMP_WORDS[PLACE + 1]} == [=@:] ]]; do
    ((PLACE += PLACE + 1 < COMP_CWORD ? 2 : 1))
  done
}

# _cardscope_place TOOL -> PLACE among COMP_WORDS of the first word that is neither an option nor its value; or of --
_cardscope_place() {
  for ((PLACE = 1; PLACE < COMP_CWORD; PLACE++)); do
    [[ ${COMP_WORDS[PLACE]} == -* && ${COMP_WORDS[PLACE]} != -- ]] || break
    if [[ ${COMP_WORDS[PLACE + 1]} != = && $(_cardscope_field "$1" "${COMP_WORDS[PLACE]}" 3) == required ]]; then
      ((PLACE++))
    fi
    _cardscope_join
  done
  _cardscope_join
}

# _cardscope_remote WORD: a host, and behind it a command
_cardscope_remote() {
  case $((COMP_CWORD - PLACE)) in
    0) mapfile -t COMPREPLY < <(compgen -A hostname -- "${1#@}") ;;
    1) mapfile -t COMPREPLY < <(compgen -c -- "$1") ;;
    *) compopt -o default ;;
  esac
}

_cardscope() {
  local commands tool=$1 word=$2 option=$3 takes kind PLACE=0
  COMPREPLY=()
  [[ $tool != *pcsc_remote ]] || _cardscope_place "$tool"
  if ((PLACE && PLACE < COMP_CWORD)); then
    _cardscope_remote "$word" # an option there is the command's
    return
  fi
  # "=" separates words: --option = VALUE, or --option = with nothing behind it yet
  if [[ ${COMP_WORDS[COMP_CWORD]} == = ]]; then
    word='' takes=required
  elif [[ $option == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]} takes=required
  else
    takes=$(_cardscope_field "$tool" "$option" 3)
  fi
  kind=$(_cardscope_field "$tool" "$option" 4)
  # atr_parse takes a reader for its --reader with a blank between, too
  if [[ $takes == required || $takes$kind == optionalreader && $word != -* ]]; then
    _cardscope_argument "$kind" "$word"
  elif [[ $word == -* ]]; then
    _cardscope_offer "$word" < <("$tool" --complete-options </dev/null 2>/dev/null | cut -sf1)
  elif [[ $COMP_CWORD == 1 ]] && commands=$(_cardscope_commands "$tool") && [[ $commands ]]; then
    _cardscope_offer "$word" <<<"$commands"
  elif ((PLACE)); then
    _cardscope_remote "$word"
  else
    compopt -o default
  fi
}

complete -F _cardscope atr_parse pcsc_scan scriptor card_replay pcsc_top pcsc_doctor pcsc_remote
