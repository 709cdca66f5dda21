#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# card_replay in a virtual reader of the real pcscd; the clients are those of pcsc-tools.
# shellcheck source-path=SCRIPTDIR
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
[ "${1-}" = inside ] || exec "$here/../../scripts/stack" -- bash "$here/card_replay.sh" inside
. "$here/../lib.sh"
cd "$T_TMP" || exit 1

replay=$BIN/card_replay
demo=$top/data/demo
reader='Virtual PCD 00 00'
card='{"type":"card","format":1,"atr":"3B00"}'

recording() {
  local name=$1
  shift
  printf '%s\n' "$card" "$@" >"$name"
}
apdu() { printf '{"type":"apdu","command":"%s","response":"%s"}' "$1" "$2"; }
event() { printf '{"type":"event","after_ms":%s,"event":"%s"}' "$1" "$2"; }
reset() { printf '{"type":"reset","atr":"%s"}' "$1"; }

now_ms() { printf '%s\n' $((${EPOCHREALTIME/./} / 1000)); }

# until_true COMMAND...: for up to five seconds
until_true() {
  local end=$(($(now_ms) + 5000))
  until "$@"; do
    [ "$(now_ms)" -lt "$end" ] || return 1
    sleep .02
  done
}

# reader_says TEXT: what pcsc_scan says of the first reader
reader_says() { pcsc_scan -n -c 2>/dev/null | grep -A 3 "$reader" | grep -q "$1"; }
has_card() { reader_says 'Card inserted'; }
is_empty() { reader_says 'Card removed'; }
said() { grep -q "$1" err; }

# start ARG...: runs card_replay until the card is in the reader
start() {
  : >err
  "$replay" "$@" >out 2>err &
  pid=$!
  until_true has_card || t_fail "card in the reader: $*" "$(cat err)"
}

# finish: waits for card_replay -> rc
finish() {
  rc=0
  wait "$pid" || rc=$?
}

# stop [SIGNAL]: ends card_replay -> rc; the next card must not find the reader still taken
stop() {
  kill -s "${1:-TERM}" "$pid"
  finish
  until_true is_empty || t_fail 'reader empty after the end'
}

# transcript COMMAND...: the answers that scriptor gets, blank between bytes, a slash between answers
transcript() {
  printf '%s\n' "$@" | timeout 10 scriptor -r "$reader" 2>/dev/null |
    sed -n -e 's/ : .*//' -e '/^[0-9A-F][0-9A-F ]*$/s/^/+/p' -e 's/^< \(OK: \)\{0,1\}/ \/ /p' |
    tr -d '\n' | sed -e 's/+//g' -e 's/  */ /g' -e 's,^ / ,,' -e 's/ *$//'
}

# ---- strict order

start "$demo/iso7816.trace"
t_eq 'one line when inserted' 'card_replay: card inserted into vpcd at 127.0.0.1:35963' "$(cat err)"
t_true 'the ATR arrives' reader_says 'ATR: 3B 9F 95 81 31 FE 55 80 31 B8 71 94 59 43 41 52 44 53 43 4F 50 45 FA'
t_eq 'answers in order' '90 00 / 62 0A 82 01 38 83 02 3F 00 8A 01 05 90 00' \
  "$(transcript '00 A4 00 0C 02 3F 00' '00 A4 00 04 02 3F 00 00')"
t_eq 'another client, after the reader cut the power: the next answer' '90 00' "$(transcript '00 A4 02 0C 02 2F 00')"
stop
t_eq 'no miss: exit 0' 0 "$rc"
t_eq 'nothing on standard output' '' "$(cat out)"

recording strict.trace "$(apdu 00A40000 9000)" "$(apdu '00 20 00 01 02 ** **' 63C2)"
start strict.trace
t_eq 'an unexpected command gets 6F00 and moves nothing on' '6F 00 / 90 00 / 63 C2 / 6F 00' \
  "$(transcript '00 20 00 01 02 12 34' '00 A4 00 00' '00 20 00 01 02 12 34' '00 A4 00 00')"
stop HUP
t_eq 'a miss: exit 1' 1 "$rc"
t_eq 'misses are said, with what was expected' \
  'card_replay: card inserted into vpcd at 127.0.0.1:35963
card_replay: unexpected command 00 20 00 01 02 12 34, answered 6F 00; strict.trace:2: expected 00 A4 00 00
card_replay: unexpected command 00 A4 00 00, answered 6F 00; strict.trace: is at its end
card_replay: 2 unexpected commands' "$(cat err)"

start --on-miss 6D00 --quiet strict.trace
t_eq 'another status word on a miss' '6D 00' "$(transcript '80 00 00 00')"
stop INT
t_eq 'quiet says only what went wrong' \
  'card_replay: unexpected command 80 00 00 00, answered 6D 00; strict.trace:2: expected 00 A4 00 00
card_replay: 1 unexpected command' "$(cat err)"

start strict.trace
for _ in {1..2000}; do echo '80 00 00 00'; done >flood
printf '%s\n' '00 A4 00 00' '80 00 00 00' '80 00 00 00' '80 00 00 01' >>flood
timeout 30 scriptor -r "$reader" flood >/dev/null 2>&1
stop
t_eq 'a miss that comes again and again is said once and counted' \
  'card_replay: card inserted into vpcd at 127.0.0.1:35963
card_replay: unexpected command 80 00 00 00, answered 6F 00; strict.trace:2: expected 00 A4 00 00
card_replay: the same 1999 times more
card_replay: unexpected command 80 00 00 00, answered 6F 00; strict.trace:3: expected 00 20 00 01 02 ** **
card_replay: the same once more
card_replay: unexpected command 80 00 00 01, answered 6F 00; strict.trace:3: expected 00 20 00 01 02 ** **
card_replay: 2003 unexpected commands' "$(cat err)"
t_eq 'and the exit status is still 1' 1 "$rc"

recording reset.trace "$(apdu 00A40000 9000)" "$(reset 3B0155)" "$(apdu 00A40000 6A82)"
start --verbose reset.trace
t_eq 'a recorded reset brings its ATR' '90 00 / 3B 01 55 / 6A 82' "$(transcript '00 A4 00 00' reset '00 A4 00 00')"
stop
t_eq 'reset: exit 0' 0 "$rc"
t_eq 'verbose shows every exchange' '> 00 A4 00 00 < 90 00 reset ATR 3B 01 55 > 00 A4 00 00 < 6A 82' \
  "$(grep -v '^power\|^card_replay\|^ATR 3B 00$' err | tr '\n' ' ' | sed 's/ $//')"

start reset.trace
t_eq 'a power-up counts as the reset' '90 00' "$(transcript '00 A4 00 00')"
sleep 1 # the reader cuts the power of an unused card after 400 ms
t_eq 'and the recording goes on' '6A 82' "$(transcript '00 A4 00 00')"
stop
t_eq 'power-up: exit 0' 0 "$rc"

start --loop strict.trace
t_eq 'loop' '90 00 / 63 C2 / 90 00 / 63 C2' \
  "$(transcript '00 A4 00 00' '00 20 00 01 02 00 00' '00 A4 00 00' '00 20 00 01 02 FF FF')"
stop
t_eq 'loop: exit 0' 0 "$rc"

# ---- any order, T=0, no recording, a mute card

start --any-order "$demo/storage.trace"
t_eq 'any order' '08 C5 C0 9E 90 00 / 90 00 / 90 00 / 69 6E 76 65 6E 74 65 64 20 64 61 74 61 2C 20 20 90 00 / 08 C5 C0 9E 90 00' \
  "$(transcript 'FF CA 00 00 00' 'FF 82 00 00 06 A0 A1 A2 A3 A4 A5' 'FF 86 00 00 05 01 00 04 60 00' 'FF B0 00 04 10' 'FF CA 00 00 00')"
t_eq 'any order: nothing fits' '6F 00' "$(transcript 'FF CA 00 00 01')"
stop
t_eq 'any order: exit 1' 1 "$rc"
t_true 'any order: a miss is said' said 'answered 6F 00; .*storage.trace: has no such command$'

start "$demo/sim.trace"
t_eq 'T=0: 61xx and 6Cxx arrive' '61 16 / 00 00 00 00 3F 00 01 00 00 00 00 00 09 13 02 05 04 00 83 8A 83 8A 90 00 / 61 0F / 00 00 00 0A 2F E2 04 00 00 FF FF 01 02 00 00 90 00 / 6C 0A / 98 99 99 09 00 00 00 00 00 71 90 00' \
  "$(transcript 'A0 A4 00 00 02 3F 00' 'A0 C0 00 00 16' 'A0 A4 00 00 02 2F E2' 'A0 C0 00 00 0F' 'A0 B0 00 00 00' 'A0 B0 00 00 0A')"
stop
t_eq 'T=0: exit 0' 0 "$rc"

start --atr '3B 80 80 01 01'
t_true '--atr: the ATR' reader_says 'ATR: 3B 80 80 01 01'
t_eq '--atr: 6D00 to everything' '6D 00 / 6D 00' "$(transcript '00 A4 00 00' '80 CA 9F 7F 00')"
stop
t_eq '--atr: exit 0' 0 "$rc"

"$replay" --atr "$(printf '3B%.0s' {1..34})" 2>err &
pid=$!
t_true '34 bytes of ATR make a mute card' until_true reader_says 'Unresponsive card'
stop

# ---- removal and insertion

start --loop strict.trace
kill -USR1 "$pid"
t_true 'SIGUSR1 removes the card' until_true is_empty
kill -USR1 "$pid"
kill -USR2 "$pid"
t_true 'SIGUSR2 inserts it' until_true has_card
t_eq 'and it answers' '90 00' "$(transcript '00 A4 00 00')"
stop
t_eq 'signals: exit 0' 0 "$rc"
t_eq 'each of them is said once' 'inserted removed inserted' \
  "$(sed -n 's/card_replay: card \([a-z]*\) .*/\1/p' err | tr '\n' ' ' | sed 's/ $//')"

recording events.trace "$(apdu 00A40000 9000)" "$(event 0 remove)" "$(event 2500 insert)" \
  "$(apdu 00A40000 6A82)" "$(event 100 remove)"
start events.trace
t_eq 'the answer before a removal arrives' '90 00' "$(transcript '00 A4 00 00')"
t_true 'scripted removal' until_true is_empty
t_true 'scripted insertion' until_true has_card
t_eq 'the recording goes on after it' '6A 82' "$(transcript '00 A4 00 00')"
finish
t_eq 'it ends with the last removal: exit 0' 0 "$rc"
until_true is_empty

start --verbose --delay-us 4000000 strict.trace
transcript '00 A4 00 00' >answer &
client=$!
t_true 'the command has come' until_true said '^> 00 A4 00 00'
kill -USR1 "$pid"
t_true 'removed in mid-APDU: at once' until_true said 'card removed'
wait "$client"
t_eq 'removed in mid-APDU: no answer' '' "$(grep -h '90 00' answer err)"
stop

start strict.trace
"$replay" strict.trace 2>second &
second=$!
t_true 'a second card waits, and says so' until_true grep -q \
  '^card_replay: waiting for vpcd at 127.0.0.1:35963 to take the card: is another one in the reader?$' second
kill "$pid"
finish
t_true 'it is taken when the first one goes' until_true grep -q 'card inserted' second
pid=$second
stop
t_eq 'second card: exit 0' 0 "$rc"

start --delay-us 200000 strict.trace
began=$(now_ms)
t_eq 'delayed answers' '90 00 / 63 C2' "$(transcript '00 A4 00 00' '00 20 00 01 02 00 00')"
ms=$(($(now_ms) - began))
t_true "the delay is there ($ms ms)" test "$ms" -ge 400
stop

# ---- speed: vpcd's two writes a message cost 44 ms unless the card acknowledges at once

for net in 127.0.0.0/8 127.0.0.1; do
  PATH=$PATH:/usr/sbin:/sbin ip route change local "$net" dev lo proto kernel scope host src 127.0.0.1 table local
done
start --loop strict.trace
for _ in {1..150}; do printf '00 A4 00 00\n00 20 00 01 02 00 00\n'; done >commands
began=$(now_ms)
answers=$(timeout 30 scriptor -r "$reader" commands 2>/dev/null | grep -c '^< [96]')
ms=$(($(now_ms) - began))
t_eq '300 commands without quickack routes' 300 "$answers"
t_true "less than 10 ms each ($ms ms)" test "$ms" -lt 3000
stop

# ---- somebody else listens on the port

# wrong_peer PORT PERL: what card_replay says of a peer that runs PERL with its connection, $c -> rc
wrong_peer() {
  perl -MIO::Socket::INET -e '
    $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => shift) or die "$!";
    $c = $s->accept; $c->autoflush(1); eval shift' "$1" "$2" &
  peer=$!
  rc=0
  timeout 10 "$replay" --wait 5 --quiet --port "$1" strict.trace 2>err || rc=$?
  wait "$peer"
}
# shellcheck disable=SC2016 # perl's
wrong_peer 37001 'print $c "SSH-2.0-x\r\n"; <$c>'
t_eq 'a stranger is not taken for vpcd' '3 card_replay: this is not vpcd: 127.0.0.1:37001' "$rc $(cat err)"
wrong_peer 37002 ''
t_eq 'nor is one who hangs up without a word' \
  '3 card_replay: connection closed by 127.0.0.1:37002, which has not taken the card: is it vpcd?' "$rc $(cat err)"

# ---- the daemon goes away

start strict.trace
kill -TERM "$PCSCD_PID"
finish
t_eq 'vpcd gone: exit 0' 0 "$rc"
t_true 'vpcd gone: said' said '^card_replay: ending: connection closed by vpcd at 127.0.0.1:35963$'

"$replay" --reconnect --loop strict.trace 2>err &
pid=$!
: "${STACK_PCSCD:?}"
"$STACK_PCSCD" &
daemon=$!
t_true '--reconnect: inserted once the daemon is there' until_true has_card
{ kill -KILL "$daemon" && wait "$daemon"; } 2>/dev/null
t_true '--reconnect: loses the daemon' until_true said '^card_replay: connecting again: connection closed by vpcd'
"$STACK_PCSCD" &
daemon=$!
t_true '--reconnect: back in the reader' until_true has_card
t_eq '--reconnect: answers' '90 00' "$(transcript '00 A4 00 00')"
stop

# ---- nobody listens, and the kernel has no other local port to give than the one that is called

kill -TERM "$daemon"
wait "$daemon"
echo '37000 37000' >/proc/sys/net/ipv4/ip_local_port_range
rc=0
timeout 5 "$replay" --port 37000 strict.trace 2>err || rc=$?
t_eq 'never connects to itself' 3 "$rc"
t_true 'connection refused' said 'Connection refused'

t_done
