# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced after lib.sh by tests that need a terminal: a tmux server of their own, one screen at a time.

unset TMUX
export TERM=screen
t_screens=0
trap 'mux kill-server 2>/dev/null; rm -rf "$T_TMP"' EXIT

mux() { tmux -u -S "$T_TMP/tmux$t_screens" -f /dev/null "$@"; }

# on_screen COLUMNS LINES COMMAND...: it on a new screen
on_screen() {
  local columns=$1 lines=$2
  shift 2
  mux kill-server 2>/dev/null
  t_screens=$((t_screens + 1)) # a server that ends keeps its socket for a moment
  mux new-session -d -x "$columns" -y "$lines" "$@"
}

# told_end COLUMNS LINES COMMAND...: likewise, and a shell around it tells how it ended and how it left the terminal
# shellcheck disable=SC2016 # that shell expands them
told_end() {
  on_screen "$1" "$2" sh -c 'trap : INT QUIT; "$0" "$@"; echo "status $?"
    stty -a | grep -ow -e "-*icanon" -e "-*echo" -e "-*isig" -e "-*ixon"; exec sleep 1000' "${@:3}"
}

# press KEY...; type_text TEXT: as it is
press() { mux send-keys "$@"; }
type_text() { mux send-keys -l -- "$1"; }

screen() { mux capture-pane -p 2>/dev/null | sed 's/ *$//'; }
shows() { screen | grep -Eq -- "$1"; }
hides() { mux has-session 2>/dev/null && ! shows "$1"; }
# pid_of NAME: the process of that name that the screen's shell has started
pid_of() { pgrep -P "$(mux list-panes -F '#{pane_pid}')" -x "$1"; }

# await COMMAND...: until it succeeds, for 10 s at most
await() {
  local i
  for ((i = 0; i < 400; i++)); do
    "$@" && return
    sleep .025
  done
  return 1
}

# see NAME PATTERN: a line of the screen will match; gone NAME PATTERN: none will
see() {
  if await shows "$2"; then t_pass "$1"; else t_fail "$1" "no match for /$2/ in:"$'\n'"$(screen)"; fi
}
gone() {
  if await hides "$2"; then t_pass "$1"; else t_fail "$1" "there still is /$2/ in:"$'\n'"$(screen)"; fi
}
