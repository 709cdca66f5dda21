#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pcsc_top on a terminal (tmux) and the fake winscard: keys, panes, sizes, the log's file, what it refuses, and that
# the terminal is given back however it ends.
# shellcheck disable=SC2016 # shells of its own expand them
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/tmux.sh
. "$top/tests/tmux.sh"
cd "$T_TMP" || exit 1
export PCSCLITE_CSOCK_NAME=/nonexistent
# What a sanitizer says on standard error when it ends the program is never seen on the screen.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}log_path=$T_TMP/sanitizer
export UBSAN_OPTIONS=${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}log_path=$T_TMP/sanitizer
top_tool=$FAKE/pcsc_top
printf '3B 95 13 81 01 80 73 FF 01 00 0B\n\tCard of the test\n' >list

cat >two <<'END'
reader "Virtual PCD 00 00"
reader "Wide \xE6\xBC\xA2\xE5\xAD\x97 e\xCC\x81 \x1B[31m\xFF"
card 0 3B951381018073FF01000B
attrib 0 0x00010100 41434D4500
control 0 0x42000D48 - 12043102001C
END
cp two events
cat >>events <<'END'
lockstep
after 1500ms insert 1 3B00
after 10ms state 1 INUSE
after 10ms remove 0
END
cat >lost <<'END'
reader "Virtual PCD 00 00"
card 0 3B951381018073FF01000B
lockstep
after 300ms service stop
END
cat >down <<'EOF'
service stop
reader "Late"
after 1500ms service start
EOF
printf 'reader "Stuck"\ncontrol 0 0x42000D48 - never\n' >stuck
printf 'reader "Stuck"\nafter 300ms service freeze\n' >frozen
: >none
cat >odd <<'END'
reader "Override \xE2\x80\xAEabc 00 00"
reader "\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97 00 01"
reader "\xCC\x81e\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86 00 02"
reader "C1 \xC2\x9B31m \x9B31m 00 03"
reader "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB joined 00 04"
reader "Line\x0AFeed\x09Tab 00 05"
reader "%s%n \xC0\x80\xED\xA0\x80 00 06"
reader "Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long Long 07"
END
cat >rush <<'END'
reader "Rush"
reader "Still"
lockstep
after 700ms burst 20 0 3B00
END
for i in $(seq 40); do printf 'reader "Reader number %s"\n' "$i"; done >forty
{
  printf 'reader "Storm"\nlockstep\n'
  printf 'after 20ms insert 0 3B00\nafter 20ms remove 0\nafter 0ms loop\n'
} >storm

# start SCENARIO [WORD...]: pcsc_top on a new screen of COLUMNS_ x LINES_
start() {
  local scenario=$1
  shift
  FAKE_WINSCARD=$T_TMP/$scenario told_end "${COLUMNS_:-80}" "${LINES_:-24}" \
    env TERM="$TERM" "$top_tool" --db list --no-clock "$@"
}

line() { screen | sed -n "$1p"; }
pid() { pid_of pcsc_top; }
# click LINE, wheel_up LINE, wheel_down LINE: the mouse, as old terminals tell of it; lines from 1 on
mouse() { type_text $'\033[M'"$1&$(printf %b "\\x$(printf %x $((32 + $2)))")"; }
click() {
  mouse ' ' "$1"
  mouse '#' "$1"
}
wheel_up() { mouse '`' "$1"; }
wheel_down() { mouse a "$1"; }

# ended NAME STATUS: the terminal is as it was
ended() {
  see "$1: the status" "^status $2$"
  see "$1: lines are edited again" '^icanon$'
  see "$1: and echoed" '^echo$'
  see "$1: Ctrl-S stops again" '^ixon$'
  gone "$1: nothing of the screen is left" 'reader.*events/s'
}

# picture: the screen with the times and the name of the computer blotted out
picture() {
  screen | sed -E "1s/^(pcsc_top) $(hostname)/\\1 HOST/; s/[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}/HH:MM:SS.mmm/
    s/[0-9]{4}(-[0-9]{2}){2}T.*/TIME/; s/[0-9]{2}:[0-9]{2}:[0-9]{2}/HH:MM:SS/; 1s/[0-9]+ events?\/s/N events\/s/"
}
golden() { t_golden "pcsc_top/$1" picture; }

# ---- what it looks like ----
t_golden pcsc_top/help "$top_tool" --help
t_golden pcsc_top/complete-options "$top_tool" --complete-options

while read -r columns lines; do
  COLUMNS_=$columns LINES_=$lines start two
  await shows 'Reader found +1:'
  golden "two-${columns}x$lines"
  COLUMNS_=$columns LINES_=$lines start forty
  await shows 'Reader found +39:'
  press G
  await shows '^>39 '
  golden "forty-${columns}x$lines"
  COLUMNS_=$columns LINES_=$lines start none
  await shows 'no reader'
  golden "none-${columns}x$lines"
done <<'END'
60 15
80 24
200 60
END

start two --ascii
await shows 'Reader found +1:'
golden two-ascii
t_eq "--ascii: nothing else" "" "$(screen | grep -P '[^\x00-\x7F]')"

LC_ALL=C start two
await shows 'Reader found +1:'
golden two-ascii
start odd
await shows 'Reader found +7:'
golden odd

start events
await shows 'Card removed'
golden events

# ---- keys ----
start two
await shows 'Reader found +1:'
press j
see "j selects the next reader" '^> 1 '
see "... whose detail is shown" '^ Reader 1: Wide 漢字 .+ \\x1B\[31m\\xFF$'
press k Enter
see "Enter: the detail on the whole screen" '^>Reader 0'
see "... with the bytes of the ATR" 'TS = 3B'
golden detail
press Escape
see "Esc: back" 'Events: 3'
click 4
see "a click selects a reader" '^> 1 '
wheel_up 4
see "the wheel moves, too" '^> 0 '
wheel_down 4
see "... both ways" '^> 1 '
press k
press Tab Tab
see "Tab: the events" '^>Events'
press BTab BTab
see "Shift-Tab: back to the readers" '^> #'
press '?'
see "? lists the keys" 'Keys   lines 1 to'
t_like "... one under the other" "$(screen)" '^ Down, j +reader, event or line below$'
t_like "... of which few are left" "$(line 24)" '^q Back  Up Down .* Scroll$'
press q
gone "q leaves the list" 'Keys   lines'
press / w i d e
see "/ filters at once" '^> 1 '
gone "... and hides the others" '^. 0  Virtual'
press Escape
see "Esc drops it" '^. 0  Virtual'
press / z z z Enter
see "no such reader" 'no reader with that name or card'
press Escape s
see "s sorts by name" 'Reader\*'
press p
see "p pauses" '^ paused, 0 events since'
press p g a
see "a: the vendor" 'vendor: ACME'
see "... and the features" 'get_tlv_properties'
golden attributes
t_like "... under the name of the reader" "$(line 2)" '^>Virtual PCD 00 00   lines'
press q q
ended "q" 0
start forty
await shows 'Reader found +39:'
click 20
see "a click on an event goes to the log" '^>Events'
t_like "... and selects no reader that is out of sight" "$(screen)" '^ Reader 0: '
click 5
see "a click on a reader selects it" '^> 2  Reader number 3'
press / n u m b e r ' ' 3 5
press Enter
see "the filter is in sight" 'filter: number 35$'
t_like "... and cuts no key in two" "$(line 24)" ' Attr +filter'
press q
await shows '^status'
start rush
see "the rate" ' [1-9][0-9]* events?/s'
press r
see "... goes back to 0 also when the counts were reset" ' 0 events/s'
press C-s j
see "Ctrl-S does not stop the screen" '^> 1 '
press q
ended "after Ctrl-S" 0

# ---- the log in a file ----
mkdir bin
start two
await shows 'Reader found +1:'
press w C-u
type_text log.jsonl
press Enter
see "w writes" '3 events written to log.jsonl'
t_eq "the file is JSON Lines, as pcsc_scan's" "$(FAKE_WINSCARD=two "$FAKE/pcsc_scan" --once --json --db list |
  sed -E 's/"time":"[^"]*","mono_ns":[0-9]+/T/')" "$(sed -E 's/"time":"[^"]*","mono_ns":[0-9]+/T/' log.jsonl)"
cp log.jsonl before
echo changed >>log.jsonl
press w C-u
type_text log.jsonl
press Enter
see "a file that exists is asked about" 'File exists'
wheel_up 3
press x
see "... by keys alone" 'not written'
press w C-u
type_text log.jsonl
press Enter
await shows 'File exists'
wheel_down 3
sleep .2
t_true "... not the mouse" shows 'File exists'
press n
see "n" 'not written'
t_eq "... leaves it" changed "$(tail -1 log.jsonl)"
press w C-u
type_text log.jsonl
press Enter
await shows 'File exists'
press y
see "y writes over it" '3 events written'
t_true "... all of it" cmp before log.jsonl
press w C-u
type_text /nonexistent/x
press Enter
see "what can not be written is told" '/nonexistent/x: No such file'
mkfifo pipe
for file in pipe /dev/full bin; do
  press w C-u
  type_text "$file"
  press Enter
  see "$file is no file to write to" "^$file: not a regular file"
done
press j
see "... and the screen lives on" '^> 1 '
press q
ended "after the log" 0

# ---- other programs ----
cp "$top_tool" bin/pcsc_top
printf '#!/bin/sh\necho "scriptor: $*"; read -r line; echo "got $line"; exit 3\n' >bin/scriptor
printf '#!/bin/sh\necho "doctor says"; printf "a \\033[2J b\\n"; exit 1\n' >bin/pcsc_doctor
chmod +x bin/*
top_tool=$T_TMP/bin/pcsc_top start two
await shows 'Reader found +1:'
press e
see "e: scriptor on the reader" '^scriptor: --reader=Virtual PCD 00 00$'
type_text hello
press Enter
see "... has the terminal" '^got hello$'
see "... its failure stays in sight" 'scriptor ended with status 3; Enter goes back'
press Enter
see "... and the view is back" '^> 0 '
press e
await shows '^scriptor:'
press C-\\
see "Ctrl-\\ ends the other program alone" 'scriptor ended with status 131; Enter goes back'
press Enter
await shows '^> 0 '
press d
see "d: pcsc_doctor's text" 'doctor says'
see "... made harmless" 'a \\x1B\[2J b'
press q e
await shows '^scriptor:'
kill "$(pid)"
see "SIGTERM while another program has the terminal" '^status 0$'
cp /dev/null bin/scriptor
top_tool=$T_TMP/bin/pcsc_top start two
await shows 'Reader found +1:'
rm bin/scriptor
press e
see "a program that is not there" 'scriptor: No such file'
press q
ended "after it" 0

# ---- sizes ----
start storm
await shows 'Card inserted'
mux pipe-pane -O 'cat >raw'
for size in 60x15 200x60 80x24 30x8 20x4 1x1 400x200 100x30; do
  mux resize-window -x "${size%x*}" -y "${size#*x}"
  sleep .15
done
see "resized while events come: the key line is the last" 'Help  q Quit'
t_like "... of the new size" "$(line 30)" '^\? Help'
see "... and events go on" 'Card (inserted|removed)'
t_true "... which was drawn" grep -q events raw
t_eq "... over what was there, without a blank screen" 0 "$(grep -c $'\033\\[H\033\\[J' raw)"
mux resize-window -x 20 -y 7
see "too small is said" '^too small'
press q
await shows 'status'
t_true "... and can be left" shows '^status 0$'

# ---- the service ----
start lost
see "service lost: a banner" '^ service lost, trying again: SCard'
see "... and the reader is kept" '^> 0  Virtual PCD 00 00'
see "... and told in the log" 'PC/SC service lost'
golden lost
press p
see "... also while paused" '^ paused; service lost, trying again: SCard'
press q
ended "with a lost service" 0
start down
see "no service at the start: a banner" '^ service lost, trying again: SCardEstablishContext'
see "... and it comes" 'PC/SC service back'
see "... with a reader" '^> 0  Late'
gone "... and the banner goes" '^ service lost'
press q
ended "after a late service" 0
start stuck
await shows '^> 0  Stuck'
press a
see "a reader that does not answer" '^asking the reader'
press j
gone "... does not stop the screen" '^asking the reader'
press a
see "... nor is asked twice" '^still waiting for an answer'
press q
ended "while a reader does not answer" 0
start frozen
await shows '^> 0  Stuck'
sleep .5
press q
ended "while the service does not answer" 0

# ---- every end ----
for signal in INT TERM HUP; do
  start two
  await shows 'Reader found +1:'
  kill -s $signal "$(pid)"
  ended "SIG$signal" 0
done
start two
await shows 'Reader found +1:'
press C-c
ended "Ctrl-C" 0
start two
await shows 'Reader found +1:'
echo 'a library says' >"/proc/$(pid)/fd/2"
press j
see "what a library says" '^> 1 '
t_true "... is not on the screen" hides 'a library says'
press q
see "... is told at the end" '^a library says$'
for signal in ABRT SEGV QUIT; do
  start two
  await shows 'Reader found +1:'
  echo 'it failed' >"/proc/$(pid)/fd/2"
  kill -s $signal "$(pid)"
  ended "SIG$signal" $((128 + $(kill -l $signal)))
  see "SIG$signal: why is told" '^it failed$'
done
start two
await shows 'Reader found +1:'
tool=$(pid)
mux kill-server
t_true "a terminal that is gone ends it" await sh -c '! grep -q "^State:.[^Z]" "/proc/$1/status" 2>/dev/null' - "$tool"
for term in vt100 linux xterm-mono xterm-256color tmux-256color; do
  # the library of the console's mouse, which curses loads, leaks
  ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 TERM=$term start two
  await shows 'Reader found +1:'
  t_like "TERM=$term" "$(screen)" '^> 0  Virtual PCD 00 00'
  press q
  see "TERM=$term: the status has a line of its own" '^status 0$'
done
start two
await shows 'Reader found +1:'
kill -STOP "$(pid)"
kill -CONT "$(pid)"
press j
see "stopped and continued" '^> 1 '
tool=$(pid)
kill -TSTP "$tool"
await grep -q '^State:.T' "/proc/$tool/status"
gone "Ctrl-Z gives the terminal back" 'reader.*events/s'
kill -CONT "$tool"
see "... and takes it again" '^> 1 '

# ---- what it refuses ----
# refused NAME STATUS TEXT COMMAND...
refused() {
  local name=$1 status=$2 text=$3 rc=0
  shift 3
  "$@" >out 2>err </dev/null || rc=$?
  t_eq "$name: status $status and a clean stdout" "$status 0" "$rc $(wc -c <out)"
  t_like "$name: the message" "$(cat err)" "$text"
}
refused "no terminal" 2 'must be a terminal; for a pipe use pcsc_scan' "$top_tool"
refused "an operand" 2 "unexpected argument 'x'" "$top_tool" x
refused "an empty pattern" 2 '\-\-reader: the value is empty' "$top_tool" --reader=
refused "a missing list" 2 'nosuch' "$top_tool" --db nosuch
# curses itself leaks when it knows no such terminal
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 TERM=nosuchterm start two
see "unknown TERM is told" 'TERM=nosuchterm: unknown terminal'
see "... status 2" '^status 2$'
TERM=dumb start two
see "a dumb terminal is told" 'TERM=dumb: a terminal that can not move its cursor'
see "... status 2" '^status 2$'

# ---- memory, as valgrind sees it; a sanitizer's build can not run there ----
if ! grep -q __asan_init "$top_tool"; then
  slow=$top_tool
  printf '#!/bin/sh\nexec valgrind -q --leak-check=full --error-exitcode=99 --log-file=%s %s "$@"\n' "$T_TMP/valgrind.%p" "$slow" >slow
  chmod +x slow
  top_tool=$T_TMP/slow start events
  await shows 'Virtual PCD'
  press Enter
  await shows 'Answer To Reset|ATR'
  press a
  await shows 'ACME|Attributes'
  mux resize-window -x 60 -y 15
  press q '?'
  await shows 'Keys|Help'
  press q / W i d e Enter s r Tab p p
  mux resize-window -x 200 -y 60
  press w C-u
  type_text "$T_TMP/under-valgrind"
  press Enter
  see "a session under valgrind" 'events? written to'
  press q
  see "... ends well" '^status 0$'
  t_eq "... without an error or a leak" "" "$(cat valgrind.* 2>&1)"
fi

# ---- the manual has the same keys ----
t_eq "the manual lists the keys of --help" "$("$top_tool" --help | sed -n '/^Keys:/,/^$/p' | sed '1d;$d')" \
  "$(sed -n '/^\.\\" keys$/,/^\.\\" end of keys$/p' "$top/man/pcsc_top.1" |
    sed -nE '/^\.It Ic /{s/^\.It Ic //; s/ ,/,/g; h; n; H; x; s/^(.*)\n/  \1: /; s/\\&//g; s/\.$//; p}')"
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 TERM=$'no\e[31mterm' script -qec "'$FAKE/pcsc_top'" /dev/null </dev/null >out 2>&1
t_like "what stands in TERM is escaped" "$(cat out)" 'TERM=no\\x1B\[31mterm: unknown'
t_eq "no sanitizer has found anything" "" "$(cat sanitizer.* 2>/dev/null)"
t_done
