#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The prompt of scriptor on a real terminal (tmux) and the real pcscd: editing, history, secrets, completion, Ctrl-C,
# cards and a service that go and come.
# shellcheck disable=SC2016 # dollars are typed as they are
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
if [ -z "${STACK_DIR:-}" ]; then
  rm -rf "$T_TMP"
  CARD_REPLAY=$BIN/card_replay exec "$top/scripts/stack" --readers 2 -- bash "$0"
fi
# shellcheck source=tests/tmux.sh
. "$top/tests/tmux.sh"
cd "$T_TMP" || exit 1
export XDG_STATE_HOME=$T_TMP/state INPUTRC=/dev/null
state=$XDG_STATE_HOME/cardscope
history=$state/scriptor_history
first='Virtual PCD 00 00'
umask 0 # the modes of what the prompt makes are its own doing

cat >card.trace <<'END'
{"type":"card","format":1,"atr":"3B80800101","protocol":"T=1","reader":"x","time":null}
{"type":"apdu","command":"00A4040009A0000003080000100000","response":"61059000","us":null}
{"type":"apdu","command":"002000810431323334","response":"63C2","us":null}
{"type":"apdu","command":"0084000004","response":"DEADBEEF9000","us":null}
END

# insert READER [CARD_REPLAY_ARGUMENT...]: -> CARD, the process that is the card
insert() {
  "$BIN/card_replay" --port $((35963 + $1)) --quiet --any-order "${@:2}" card.trace >/dev/null 2>card.err &
  CARD=$!
}

# remove CARD: returns when pcscd has seen it, or it would take the next card for the same
remove() {
  kill "$1"
  wait "$1" 2>/dev/null
  "$BIN/pcsc_scan" -n --wait remove --timeout 10 >/dev/null
}

await_card() { "$BIN/pcsc_scan" -n --wait insert --timeout 10 >/dev/null; }

# ---- the terminal ----

# start [WORD...]: scriptor on a new screen; what the shell around it prints at the end tells how it ended
start() { told_end 100 200 "$BIN/scriptor" "$@"; }

# A line that the screen's edge has broken is one line.
screen() { mux capture-pane -p -J 2>/dev/null | sed 's/ *$//'; }
has_lines() { [ "$(mux capture-pane -p 2>/dev/null | grep -vc '^ *$')" = "$1" ]; }
shows_times() { [ "$(screen | grep -Ec -- "$2")" -ge "$1" ]; }
last() { screen | grep -v '^$' | tail -n "${1:-1}"; }
last_is() { [ "$(last)" = "$1" ]; }

# see_last NAME TEXT: the last line of the screen
see_last() {
  if await last_is "$2"; then t_pass "$1"; else t_fail "$1" "the last line is not \"$2\":"$'\n'"$(last 20)"; fi
}

# line WORDS: typed and entered
line() {
  type_text "$1"
  press Enter
}

# clear: an empty screen with the prompt on it
clear() {
  press C-l
  await has_lines 1
}

prompt="scriptor [T=1] $first>"

# ---- a session ----
insert 0
one=$CARD
await_card
start
see "the banner: ATR and help" '^scriptor [0-9.]+, ATR 3B 80 80 01 01; help for help, Ctrl-D to end$'
see "... and which reader" "using reader $first, T=1\$"
see_last "the prompt shows protocol and reader" "$prompt"
line 'select PIV'
see "an alias shows the command that it stands for" '^> 00 A4 04 00 09 A0 00 00 03 08 00 00 10 00 00$'
see "... and its answer" '^< 61 05 90 00 '
line '00 84 00 00 04'
see "a command" '^< DE AD BE EF 90 00 '
t_eq "history: every line is in the file at once" "select PIV
00 84 00 00 04" "$(cat "$history")"
t_eq "history: file 0600, directory 0700, whatever the umask" "600 700" "$(stat -c %a "$history" "$state" | xargs)"
clear
press Up Up
see_last "history: Up" "$prompt select PIV"
press Down Enter
see "... and Down, and it runs" '^< DE AD BE EF 90 00 '

# ---- secrets ----
clear
line '00 20 00 81 04 31 32 33 34'
see "a PIN is masked" '^> 00 20 00 81 04 \*\* \*\* \*\* \*\*$'
see "... and it is said that the line is not kept" '^\(could hold a secret: not kept in the history\)$'
line 'set PIN "1234"'
line 'mask 00 84 00 00 04 => 9000'
see "mask" '^< DE AD BE EF 90 00 '
line 'repeat 1 {'
see_last "a block goes on" "..."
line '00 20 00 81 { $PIN }'
line '}'
await shows_times 2 '^< 63 C2 '
clear
line 'echo done'
await shows '^done$'
t_eq "none of them is in the file" "select PIV
00 84 00 00 04
echo done" "$(cat "$history")"
press Up Up
see_last "... nor in the memory" "$prompt 00 84 00 00 04"
press C-c
clear
line '00 20 00 81 04 31 32 33'
see "a PIN with a wrong Lc is masked" '^> 00 20 00 81 \*\* \*\* \*\* \*\*$'
await last_is "$prompt"
t_eq "... and not kept either" "echo done" "$(tail -1 "$history")"

# ---- mistakes ----
clear
line '00 A4 04 00 0Z'
see "a mistake: what and where" "^error: "
see "... with a caret" '^ +\^+$'
see_last "... and the prompt is back" "$prompt"
line 'conect'
see "an unknown word" "did you mean 'connect'"
press Up
see_last "what was mistyped can be corrected" "$prompt conect"
press C-c
clear
line '00 84 00 00 04 => 6A82'
see "a failed expectation" '6A ?82'
line 'reset'
see "... ends nothing" '^> RESET'

# ---- Ctrl-C and blocks ----
clear
type_text '00 84 00'
await last_is "$prompt 00 84 00"
press C-c
see "Ctrl-C drops the line" '00 84 00\^C$'
see_last "... and gives an empty one" "$prompt"
line 'repeat 2 {'
see_last "a block: the prompt that goes on" "..."
line '00 84 00 00 04'
line '}'
see "a block runs when it is whole" '^< DE AD BE EF 90 00 '
await shows_times 2 '^< DE AD BE EF 90 00 '
t_eq "... as often as it says" 2 "$(screen | grep -c '^< DE AD BE EF 90 00 ')"
line 'repeat 2 {'
await last_is "..."
press C-c
see_last "Ctrl-C drops a block" "$prompt"
line 'if SW 9000 {'
await last_is "..."
press C-d
see_last "Ctrl-D drops a block" "$prompt"
printf 'echo pasted one\necho pasted two' | mux load-buffer -
mux paste-buffer -p
await shows 'echo pasted two'
press Enter
see "pasted lines run together" '^pasted two$'
t_eq "... and are lines of the history" "echo pasted one
echo pasted two" "$(tail -2 "$history")"

# ---- completion ----
clear
type_text 'con'
press Tab Tab
see "completion: statements" '^connect +control *$'
type_text 'n'
press Tab
type_text 'virt'
press Tab
see "... reader names, in quotation marks" '> connect "Virtual PCD 00 0$'
type_text '0'
press Tab
see_last "... closed when only one is left" "$prompt connect \"$first\""
press Enter
see "... and it connects" "^> CONNECT $first"
clear
type_text 'select pi'
press Tab
see_last "completion: applications" "$prompt select PIV"
press C-c
type_text 'set LONGNAME $SW'
press Enter
await last_is "$prompt"
type_text 'echo $LONG'
press Tab
see_last "completion: variables" "$prompt echo \$LONGNAME"
press C-u
type_text 'get-response a'
press Tab
see_last "completion: words of a statement" "$prompt get-response auto"
press C-u
echo 'echo from the file' >'a script.scr'
type_text 'include a'
press Tab
see "completion: files" 'include "a script.scr"'
press Enter
see "... which are read" '^from the file$'
press C-u
printf '# one\n00 84 00 00 04 => 6A82\n' >fails.scr
printf '\n00 84 0\n' >mistake.scr
clear
line 'include fails.scr'
see "a failure in a file that is included has its place" '^fails.scr:2:19: error: the answer is not the one'
line 'include mistake.scr'
see "... and so has a mistake" '^mistake.scr:2:7: error: odd number'
line '00 84 0'
see "... what is typed has none" '^error: odd number'
clear
line 'help connect'
see "help STATEMENT" '^connect \[READER\] '
clear
line 'HELP Connect'
see "... in any case, as statements are" '^connect \[READER\] '
line 'help'
see "help" '^  select +select an application'
mux resize-window -x 60 -y 200
clear
long='echo 1234567890 1234567890 1234567890 1234567890'
type_text "$long"
press Home End
t_true "another size of the window: a long line breaks there" await has_lines 2
see_last "... and is one" "$prompt $long"
press C-c

# ---- cards ----
clear
type_text 'echo ty'
await last_is "$prompt echo ty"
remove "$one"
see "a card that is pulled while one types is told" '^scriptor: the card was removed$'
see_last "... and what was typed stays" "scriptor no card> echo ty"
insert 0
one=$CARD
see "the next card is told" "^scriptor: using reader $first, T=1\$"
see_last "... and the line is still there" "$prompt echo ty"
line 'ped'
see "... and runs" '^typed$'
line 'select PIV'
see "the new card answers" '^< 61 05 90 00 '
kill -KILL "$PCSCD_PID"
see "the loss of the service is told" '^scriptor: the PC/SC service is gone$'
line 'select PIV'
see "... and a command fails without it" 'SCARD_E_NO_SERVICE|SCARD_F_COMM_ERROR'
wait "$one" # the reader is gone
"$STACK_PCSCD" &
PCSCD_PID=$!
see "... and its return" '^scriptor: the PC/SC service is back$'
clear
insert 0
one=$CARD
see_last "a card is taken up again" "$prompt"
press C-d
see "Ctrl-D ends: status 0" '^status 0$'
see "... and the terminal is as it was" '^icanon$'

# ---- the next session ----
remove "$one"
insert 0 --delay-us 5000000
one=$CARD
await_card
start --show-secrets
await last_is "$prompt"
press Up
see_last "history: the lines of the session before" "$prompt select PIV"
press C-c
clear
type_text '00 20 00 81 04 31 32 33 34'
await last_is "$prompt 00 20 00 81 04 31 32 33 34"
press Enter
sleep .3 # the command is at the card
press C-c
see "Ctrl-C leaves an exchange that hangs" '^scriptor: interrupted'
see_last "... and the connection with it" "scriptor not connected>"
line 'echo alive'
see "... and the prompt goes on" '^alive$'
remove "$one"
insert 0
one=$CARD
see_last "... with a card that is new" "$prompt"
line '00 20 00 81 04 31 32 33 34'
see "--show-secrets shows them" '^> 00 20 00 81 04 31 32 33 34$'
await shows '^< 63 C2 '
t_eq "... but not in the history" 0 "$(grep -c '31 32' "$history")"
line 'exit'
see "exit: status 0" '^status 0$'

# ---- other ends, other terminals ----
start
await last_is "$prompt"
type_text 'echo'
read -r shell < <(mux display-message -p '#{pane_pid}')
read -r scriptor _ <"/proc/$shell/task/$shell/children"
kill -TERM "$scriptor"
see "SIGTERM ends" '^status 143$'
see "... and the terminal is as it was" '^icanon$'
PS1='shell: ' on_screen 100 200 bash --norc --noprofile -i
await shows '^shell:'
printf -v typed %q "$BIN/scriptor"
line "$typed"
await last_is "$prompt"
type_text 'echo sto'
await last_is "$prompt echo sto"
press C-z
see "Ctrl-Z stops" 'Stopped'
line 'stty -a | grep -ow -e "-*icanon"'
see "... and gives the terminal back" '^icanon$'
line 'fg'
see_last "... and what was typed is there when it goes on" "$prompt echo sto"
line 'pped'
see "... and runs" '^stopped$'
mkfifo keys
TERM=dumb timeout 20 script -qefc "'$BIN/scriptor'" /dev/null <keys >dumb.out 2>&1 &
dumb=$!
exec 3>keys
await grep -q '> $' dumb.out
printf 'echo dumb\r' >&3
t_true "TERM=dumb: it works" await grep -q '^dumb' dumb.out
printf '\004' >&3
wait $dumb
t_eq "TERM=dumb: Ctrl-D: status 0" 0 $?
exec 3>&-
t_eq "TERM=dumb: no control sequence" 0 "$(grep -c $'\e' dumb.out)"
out=$(echo 'echo piped' | "$BIN/scriptor" 2>&1)
t_eq "no terminal: no prompt, no history" "piped" "$out"

# ---- a history that is not ours to write ----
rm -rf "$state"
mkdir -p "$state"
echo precious >target
ln -s "$T_TMP/target" "$history"
start
see "a history that is a symbolic link: it is not kept" '^scriptor: the history is not kept: '
line 'echo linked'
await shows '^linked$'
t_eq "... and nobody writes through it" precious "$(cat target)"
press Up
see_last "... but in memory" "$prompt echo linked"
press C-c C-d
await shows '^status 0$'
rm "$history"
seq -f 'echo %g' 1200 >"$history"
chmod 644 "$history"
start
await last_is "$prompt"
line 'echo last'
await shows '^last$'
t_eq "the history has 1000 lines at most, the newest ones" "1000 echo 202 echo last" \
  "$(wc -l <"$history") $(sed -n '1p' "$history") $(tail -1 "$history")"
t_eq "... and is 0600 again" 600 "$(stat -c %a "$history")"
t_eq "... with nothing beside it" scriptor_history "$(ls -A "$state")"
remove "$one"
t_done
