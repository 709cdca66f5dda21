#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pcsc_top on a terminal (tmux), the real pcscd, virtual readers and virtual cards: insertion, removal, other programs
# that use the card, a daemon that dies and comes back, our scriptor and pcsc_doctor from within.
# shellcheck disable=SC2016 # a shell of its own expands it
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
if [ -z "${STACK_DIR:-}" ]; then
  rm -rf "$T_TMP"
  CARD_REPLAY=$BIN/card_replay exec "$top/scripts/stack" --readers 2 -- bash "$0"
fi
# shellcheck source=tests/tmux.sh
. "$top/tests/tmux.sh"
cd "$T_TMP" || exit 1
demo=$top/data/demo
printf '3B 95 13 81 01 80 73 FF 01 00 0B\n\tCard of the test\n' >list
atr=$(sed -n '1s/.*"atr":"\([0-9A-F]*\)".*/\1/p' "$demo/iso7816.trace" | sed 's/../& /g; s/ $//')

# insert READER CARD_REPLAY_ARGUMENT...: -> CARD, the process that is the card
insert() {
  "$BIN/card_replay" --port $((35963 + $1)) --quiet "${@:2}" >/dev/null 2>card.err &
  CARD=$!
}
remove() {
  kill "$1"
  wait "$1" 2>/dev/null
}

# picture: the screen with the times and the name of the computer blotted out
picture() {
  screen | sed -E "1s/^(pcsc_top) $(hostname) .* (2 readers)/\\1 HOST \\2/; s/[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}/HH:MM:SS.mmm/
    s/[0-9]{4}(-[0-9]{2}){2}T.*/TIME/; s/[0-9]{2}:[0-9]{2}:[0-9]{2}/HH:MM:SS/; 1s/[0-9]+ events?\/s/N events\/s/"
}

told_end 100 30 "$BIN/pcsc_top" --db list --no-clock
release=$("/proc/$PCSCD_PID/exe" --version | sed -n '1s/.*version \(.*\)\.$/\1/p')
see "the daemon's release and protocol" "^pcsc_top [^ ]+  pcscd ${release//./\\.} \(protocol 4:[0-9]+\)  "
see "both readers" '^  1  Virtual PCD 00 01 +no card'
# The library's release is told where one of these managers knows it.
library=$({ dpkg-query -W -f='${Version}' libpcsclite1 || rpm -q --qf='%{VERSION}' pcsc-lite-libs; } 2>/dev/null |
  sed 's/^[0-9]*://; s/-.*//')
see "the library's release" "\(protocol 4:[0-9]+\) ${library:+ libpcsclite ${library//./\\.} } 2 readers"
t_golden pcsc_top/stack-empty picture
insert 0 --any-order "$demo/iso7816.trace"
card=$CARD
see "a card is inserted" '^> 0  Virtual PCD 00 00 +card +- '
see "... its ATR is explained" "^ ATR: $atr$"
see "... and it is in the log" 'Card inserted +0: Virtual PCD 00 00'
t_like "... and counted" "$(screen | head -1)" '2 readers  1 card '
insert 1 --atr 3B951381018073FF01000B
second=$CARD
see "another one, which the list knows" '^  1  Virtual PCD 00 01 .*Card of the test'
remove $second
see "it is removed" '^  1  Virtual PCD 00 01 +no card'
see "... which is in the log" 'Card removed +1: Virtual PCD 00 01'

# ---- other programs ----
mkfifo hold
"$BIN/scriptor" --reader 'Virtual PCD 00 00' --exclusive <hold >/dev/null 2>&1 &
exec 3>hold
echo 00A4040000 >&3
await sh -c '"$0" -c | grep -q EXCLUSIVE' "$BIN/pcsc_scan"
insert 1 --atr 3B00 # pcscd tells of the use of a card no sooner than it has something else to tell
second=$CARD
see "exclusive use by another program" '^> 0  Virtual PCD 00 00 +card +exclusive'
remove $second
exec 3>&-
see "... and its end" '^> 0  Virtual PCD 00 00 +(card|unpowered) +- '
press a
see "a: what the reader says about itself" '^ Features \(PC/SC part 10\)'
see "... under its name" '^>Virtual PCD 00 00   lines'
press q e
see "e: the prompt of our scriptor" '^scriptor \[.*\] Virtual PCD 00 00>$'
press C-d
see "... and back" '^> 0  Virtual PCD 00 00'
press d
see "d: what pcsc_doctor says" '^>pcsc_doctor   lines'
t_like "... about this daemon" "$(screen)" 'pcscd'
press q
see "... and back again" '^> 0  Virtual PCD 00 00'

# ---- the daemon ----
remove $card
see "the first card is removed" '^> 0  Virtual PCD 00 00 +no card'
pid=$(cat "$STACK_DIR/pid")
kill -9 "$pid"
see "the daemon is killed: a banner" '^ service lost, trying again: SCard'
see "... the readers stay" '^  1  Virtual PCD 00 01'
"$STACK_PCSCD" >/dev/null 2>&1 &
see "it comes back: in the log" 'PC/SC service back'
await shows '^pcsc_top'
if shows '^ service lost'; then t_fail "... the banner is gone"; else t_pass "... the banner is gone"; fi
insert 0 --any-order "$demo/iso7816.trace"
see "... and cards are seen again" '^> 0  Virtual PCD 00 00 +card'
remove "$CARD"
press q
see "q ends" '^status 0$'
t_done
