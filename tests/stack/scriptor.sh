#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# scriptor on the real pcscd with virtual readers and virtual cards.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
if [ -z "${STACK_DIR:-}" ]; then
  rm -rf "$T_TMP"
  CARD_REPLAY=$BIN/card_replay exec "$top/scripts/stack" --readers 2 -- bash "$0"
fi
cd "$T_TMP" || exit 1
scriptor=$BIN/scriptor
demo=$top/data/demo
first='Virtual PCD 00 00' second='Virtual PCD 00 01'
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$T_TMP"' EXIT

# await FILE PATTERN: until a line matches, for 5 s at most
await() {
  local i
  for ((i = 0; i < 250; i++)); do
    grep -qE -- "$2" "$1" 2>/dev/null && return
    sleep .02
  done
  return 1
}

# insert READER CARD_REPLAY_ARGUMENT...: -> CARD, the process that is the card
insert() {
  "$BIN/card_replay" --port $((35963 + $1)) --quiet "${@:2}" >/dev/null 2>card.err &
  CARD=$!
  "$BIN/pcsc_scan" -q --wait insert --reader "00 0$1" --timeout 5 >/dev/null || t_fail "no card: ${*:2}" "$(cat card.err)"
}

# take_out [READER]: ends CARD -> PLAYED, its status
take_out() {
  kill "$CARD" 2>/dev/null
  wait "$CARD" 2>/dev/null
  PLAYED=$?
  "$BIN/pcsc_scan" -q --wait remove --reader "00 0${1:-0}" --timeout 5 >/dev/null || t_fail "the card stays"
}

# run SCRIPT_TEXT OPTION...: the text as a file "script" -> rc, out, err
run() {
  printf '%s\n' "$1" >script
  rc=0
  timeout 20 "$scriptor" "${@:2}" script >out 2>err </dev/null || rc=$?
}

now_ms() { echo $((10#${EPOCHREALTIME//[.,]/} / 1000)); }

# script_of RECORDING: the commands and resets in it; a byte that the recording does not tell is 2A
script_of() {
  sed -nE 's/.*"type":"apdu","command":"([0-9A-F*]+)".*/\1/; T reset; s/\*\*/2A/g; p; d; :reset; s/.*"type":"reset".*/reset/p' "$1"
}

# figures FILE KEY: the values of a key of the exchanges
figures() { sed -nE "s/.*\"type\":\"apdu\",.*\"$2\":\"([0-9A-F*]+)\".*/\\1/p" "$1"; }

# untimed RECORDING: without what differs from one to the next
untimed() { sed -E 's/"us":[0-9]+/"us":N/; s/"time":"[^"]*"/"time":T/; s/"after_ms":[0-9]+/"after_ms":N/' "$1"; }

# ---- readers and cards that are not there ----
run '00A4000C023F00'
t_eq "no card anywhere: status 3" 3 $rc
t_like "... it says so" "$(cat err)" '^script:1:1: error: no reader holds a card'
t_like "... and names the readers" "$(cat err)" "^  1: $second\$"
run '00A4000C023F00' -r 5
t_eq "no such reader: status 3" 3 $rc
run '00A4000C023F00' -r 0
t_eq "no card in the reader that is named: status 5" 5 $rc
run '00A4000C023F00' --wait=1
t_eq "--wait=1 and no card: status 3" "3 " "$rc $(cat out)"
"$scriptor" --wait=10 <<<'00 A4 00 0C 02 3F 00 => 9000' >out 2>err &
waiting=$!
await err 'waiting for a card'
insert 0 "$demo/iso7816.trace"
wait $waiting
t_eq "--wait=10: a card comes" "0 > 00 A4 00 0C 02 3F 00 < 90 00 : done" "$? $(paste -sd ' ' out)"
take_out

# ---- the demonstration cards; a recording of each is the same card ----
for name in iso7816 sim storage; do
  script_of "$demo/$name.trace" >demo.scr
  insert 0 "$demo/$name.trace"
  "$scriptor" --json demo.scr >demo.json 2>err
  t_eq "$name: status 0" 0 $?
  t_eq "$name: every answer arrives as it is" "$(figures "$demo/$name.trace" response)" "$(figures demo.json response)"
  take_out
  t_eq "$name: the card saw what it expected" "0 " "$PLAYED $(cat card.err)"
  insert 0 "$demo/$name.trace"
  "$scriptor" -v --record first.trace demo.scr >first.out 2>err
  take_out
  insert 0 first.trace
  "$scriptor" -v --record second.trace demo.scr >second.out 2>err
  t_eq "$name: status 0 with the recording" 0 $?
  t_eq "$name: the same transcript, byte for byte" "" \
    "$(diff <(sed 's/^# [0-9]* us$/# N us/' first.out) <(sed 's/^# [0-9]* us$/# N us/' second.out))"
  t_eq "$name: and the same recording" "" "$(diff <(untimed first.trace) <(untimed second.trace))"
  take_out
  # RUN GSM ALGORITHM and UPDATE BINARY carry no PIN and no key
  t_eq "$name: its PIN or key is masked in the recording" \
    "$(figures "$demo/$name.trace" command | grep -F '**' | grep -vE '^(A088|FFD6)')" \
    "$(figures first.trace command | grep -F '**')"
  t_eq "$name: and in the transcript" 1 "$(grep -cE '^> .*( \*\*){6,8}$' first.out)"
done

# ---- scripts of the old kind ----
cat >old.scr <<'END'
# SELECT MF, GET RESPONSE typed by hand
A0A40000023F00
A0 C0 00 00 16
A0 A4 00 00 \
02 2F E2
A0 C0 00 00 0F

A0B0000000
A0B000000A
exit
nothing behind it counts
END
insert 0 --any-order "$demo/sim.trace"
head -n 9 old.scr >plain.scr
"$scriptor" plain.scr >out 2>err
t_eq "an old script: status 0" 0 $?
# joined TRANSCRIPT: commands, and answers in one line each without words
joined() {
  sed -E -e '/^[0-9A-F]/s/^/+/' -e 's/ : .*//; s/ *$//' -e '/^[+<>]/!d' "$1" | tr '\n' '|' | sed 's/|+/ /g' | tr '|' '\n' |
    tr -s ' '
}
/usr/bin/scriptor -r "$first" <plain.scr >peer.out 2>/dev/null
t_true "pcsc-tools' own ran it, too" grep -q '^< 98 99 99' peer.out
t_eq "... with the same bytes there and back" "$(joined peer.out)" "$(joined out)"
"$scriptor" - <old.scr >out 2>err
t_eq "exit ends it, whatever stands behind" "0 " "$? $(grep error err)"

run 'get-response auto
A0 A4 00 00 02 3F 00 => 9000
expect 9000 000000003F00*
A0 A4 00 00 02 2F E2 => 9000
A0 B0 00 00 00 => 9000 98 99 99 09 *
A0 B0 00 00 0A => 9000'
t_eq "get-response auto: the SIM's answers are fetched" 0 $rc
t_eq "... every exchange is shown, in the class of the SIM" ">+ A0 C0 00 00 16
>+ A0 C0 00 00 0F
>+ A0 B0 00 00 0A" "$(grep '^>+' out)"
take_out
cat >sim2g.trace <<'END'
{"type":"card","format":1,"atr":"3B80800101"}
{"type":"apdu","command":"A0A40000027F20","response":"9F05"}
{"type":"apdu","command":"A0C0000005","response":"01020304059000"}
END
insert 0 --any-order sim2g.trace
run 'get-response auto
A0A40000027F20 => 9000 01 02 03 04 05'
t_eq "get-response auto: 9Fxx" "0 >+ A0 C0 00 00 05" "$rc $(grep '^>+' out)"
run 'A0A40000027F20 => 9F05
A0C0000005 => 9000 0102030405'
t_eq "by hand: 9Fxx" "0 " "$rc $(grep '^>+' out)"
run 'A0A40000027F20 => 9000
A0C0000005'
t_eq "an expectation that fails: status 1, the rest is not sent" "1 1" "$rc $(grep -c '^>' out)"
take_out

# ---- statements that reach the reader ----
insert 0 --any-order "$demo/iso7816.trace"
atr='3B 9F 95 81 31 FE 55 80 31 B8 71 94 59 43 41 52 44 53 43 4F 50 45 FA'
# shellcheck disable=SC2016 # the script's variables
run 'reset
reset cold
00A4000C023F00 => 9000
connect exclusive
disconnect reset
connect
begin
00A4000C023F00 => 9000
end
echo $ATR $SW'
t_eq "resets, connect, transaction: status 0" "0 " "$rc $(grep error err)"
t_eq "... with the ATR after each" "< OK: $atr
< OK: $atr" "$(grep -A 1 '^> RESET' out | grep '^<')"
t_eq "... and in the variable" "${atr// /} 9000" "$(tail -n 1 out)"
run '00A4000C023F00' -p T=0
t_eq "-p T=0 on a card of T=1: status 5" 5 $rc
t_like "... protocol mismatch" "$(cat err)" 'SCardConnect: .*\(SCARD_E_PROTO_MISMATCH 0x8010000F\)'
run '00A4000C023F00 => 9000' -p T=1
t_eq "-p T=1: status 0" 0 $rc

# ---- several cards ----
one=$CARD
insert 1 --any-order "$demo/storage.trace"
two=$CARD
run '00A4000C023F00'
t_eq "two cards: status 2, nothing is sent" "2 " "$rc $(cat out)"
t_eq "... and both are named" "  0: $first
  1: $second" "$(grep '^  ' err)"
for want in 1 '00 01' "$second"; do
  run 'FF CA 00 00 00 => 9000 08C5C09E' -r "$want"
  t_eq "-r $want" 0 $rc
done
run 'FFCA000000' -r 'Virtual'
t_eq "-r of both: status 2" 2 $rc
PCSC_READER=1 run 'FF CA 00 00 00 => 9000'
t_eq "PCSC_READER=1" 0 $rc
# shellcheck disable=SC2016 # the script's variables
run 'connect "Virtual PCD 00 01"
FF CA 00 00 00 => 9000 08C5C09E
connect 0 t1
echo $ATR
00A4000C023F00 => 9000' -r 1
t_eq "connect goes from reader to reader" "0 ${atr// /}" "$rc $(grep '^3B' out)"
CARD=$two
take_out 1
CARD=$one

# ---- other programs ----
# hold SCRIPT_TEXT OPTION...: scriptor that runs it until it is killed -> HOLDER; after its first answer
hold() {
  printf '%s\nsleep 60000\n' "$1" >hold.scr
  "$scriptor" "${@:2}" hold.scr >hold.out 2>hold.err &
  HOLDER=$!
  await hold.out '^> SLEEP'
}
release() {
  kill -TERM "$HOLDER"
  wait "$HOLDER" 2>/dev/null
}
hold 'begin
00A4000C023F00'
start=$(now_ms)
run 'timeout 500
00A4000C023F00'
t_eq "another program's transaction: status 5 when the time is over" 5 $rc
t_like "... it says what it waited for" "$(cat err)" '^script:2:1: error: SCard[A-Za-z]*: no answer .* within 500 ms'
t_true "... not before, and not much later" test $(($(now_ms) - start)) -ge 500 -a $(($(now_ms) - start)) -lt 2500
release
run '00A4000C023F00 => 9000'
t_eq "... over with the program" 0 $rc
hold '00A4000C023F00' -x
run '00A4000C023F00'
t_eq "exclusive access of another: status 5" 5 $rc
t_like "... sharing violation" "$(cat err)" 'SCardConnect: .*\(SCARD_E_SHARING_VIOLATION 0x8010000B\)'
release
hold '00A4000C023F00'
run '00A4000C023F00' -x
t_eq "-x while another uses the card: status 5" 5 $rc
run '00A4000C023F00 => 9000'
t_eq "without -x: status 0" 0 $rc
# the other one resets the card under this one
release
mkfifo pipe
"$scriptor" <pipe >under.out 2>under.err &
under=$!
exec 9>pipe
echo '00A4000C023F00 => 9000' >&9
await under.out '^< 90 00'
run 'reset'
echo '00A4000C023F00' >&9
exec 9>&-
wait $under
t_eq "a reset by another program: status 5" 5 $?
t_like "... said, with the line, and connected again" "$(cat under.err)" \
  '^-:2:1: error: .*SCARD_W_RESET_CARD 0x80100068.*connected again$'

# ---- an ordinary user ----
if setpriv --reuid=65534 --regid=65534 --clear-groups "$scriptor" --version >/dev/null 2>&1; then
  chmod 755 "$T_TMP"
  echo '00A4000C023F00 => 9000' >user.scr
  chmod 644 user.scr
  setpriv --reuid=65534 --regid=65534 --clear-groups "$scriptor" user.scr >out 2>err
  t_eq "an ordinary user: status 0" "0 < 90 00 : done" "$? $(tail -n 1 out)"
else
  t_pass "an ordinary user # SKIP this user can not become another one, or the build is not his to read"
fi
take_out

# ---- another protocol than before: T=1 behind T=0, anything behind raw ----
cat >dual.trace <<'END'
{"type":"card","format":1,"atr":"3B80800101"}
{"type":"apdu","command":"00A40000023F00","response":"9000"}
END
insert 0 --any-order dual.trace
for protocol in T=0 T=1 RAW any; do
  run '00A40000023F00 => 9000' -p $protocol
  t_eq "-p $protocol, whatever was before: status 0" 0 $rc
done
run '00A40000023F00' -p RAW
/usr/bin/scriptor -r "$first" <script >peer.out 2>peer.err
t_like "behind -p RAW another program reaches the card" "$(cat peer.out peer.err)" '^< 90 00 : '
printf 'connect raw\n00A40000023F00 => 9000\nwait remove\n' >raw
"$scriptor" -r "$first" raw >raw.out 2>&1 &
raw=$!
until_true grep -q '^< ' raw.out
run 'control 3400' -p DIRECT -r "$first"
run '00A40000023F00 => 9000' -p RAW -r "$first"
kill -TERM $raw
wait $raw
t_eq "raw access beside it, and the reader's, do not reset the card of who was first" "0 0" \
  "$rc $(grep -c RESET raw.out)"
run '00A40000023F00' -p T=0
hold '00A40000023F00'
run '00A40000023F00' -p T=1
t_like "... but it is not reset under another program" "$rc $(cat err)" '^5 script:1:1: error: .*SCARD_E_PROTO_MISMATCH'
release
take_out

# ---- the longest commands and answers that vpcd carries: 65535 bytes each ----
bytes() { printf "%0$((2 * $2))d" 0 | sed "s/00/$1/g"; }
cat >long.trace <<END
{"type":"card","format":1,"atr":"3B80800101"}
{"type":"apdu","command":"00DA010000FFF6$(bytes AB 65526)0000","response":"$(bytes CD 65533)9000"}
{"type":"apdu","command":"00B00000000000","response":"$(bytes EF 65533)9000"}
END
insert 0 --any-order long.trace
run "00DA0100 { $(bytes AB 65526) } 0000 => 9000 CD CD *
set X \$DATA
expect 9000 \$X
00B00000000000 => 9000 /^(EF)+\$/
echo \$DATA[65532]" --record long.rec
t_eq "extended length: status 0" "0 EF" "$rc $(tail -n 1 out)"
t_eq "... every byte is in the recording" "$(figures long.trace command | md5sum) $(figures long.trace response | md5sum)" \
  "$(figures long.rec command | md5sum) $(figures long.rec response | md5sum)"
take_out

# ---- cards that go ----
cat >pulled.trace <<'END'
{"type":"card","format":1,"atr":"3B80800101"}
{"type":"apdu","command":"00A40000023F00","response":"9000"}
{"type":"apdu","command":"00B0000002","response":"01029000"}
{"type":"event","after_ms":0,"event":"remove"}
END
insert 0 pulled.trace
printf '%s\n' '# three commands' 00A40000023F00 '00B0000002' 'wait remove 5' 00B0000002 00B0000002 >script
"$scriptor" --record pulled.rec script >out 2>err
t_eq "a card is pulled, then used: status 5" 5 $?
t_like "... the line is named" "$(cat err)" '^script:5:1: error: '
wait "$CARD" 2>/dev/null
t_eq "... the recording is complete" '"card" "apdu" "apdu" "event"' "$(sed -E 's/.*"type":("[a-z]*").*/\1/' pulled.rec | paste -sd ' ')"
"$BIN/pcsc_scan" -q --wait remove --timeout 5 >/dev/null

insert 0 --any-order --delay-us 2000 "$demo/iso7816.trace"
printf '%s\n' 'repeat 100000 {' '  00A4000C023F00' '}' >script
"$scriptor" --record pulled.rec script >out 2>err &
running=$!
await out '^< 90 00'
kill -USR1 "$CARD"
wait $running
t_eq "a card is pulled in mid-script: status 5" 5 $?
t_like "... the line is named, the card is said to be gone" "$(cat err)" '^script:2:3: error: card removed \(SCard'
t_eq "... every answer is in the recording" "$(grep -c '^< 90 00' out)" "$(grep -c '"type":"apdu"' pulled.rec)"
t_like "... and the removal, at the end" "$(tail -n 1 pulled.rec)" '^\{"type":"event","after_ms":[0-9]+,"event":"remove"\}$'
take_out

insert 0 --any-order "$demo/iso7816.trace"
kill -STOP "$CARD"
printf '%s\n' 00A4000C023F00 00A4000C023F00 >script
"$scriptor" script >out 2>err &
running=$!
await err 'using reader'
kill -KILL "$CARD"
wait "$CARD" 2>/dev/null
wait $running
t_eq "a card that goes in mid-command: status 5" 5 $?
t_like "... no empty answer, but what happened" "$(cat err)" '^script:1:1: error: .*(no status word|card removed)'
t_eq "... and one command was sent" 1 "$(grep -c '^>' out)"
"$BIN/pcsc_scan" -q --wait remove --timeout 5 >/dev/null

insert 0 --any-order "$demo/iso7816.trace"
kill -STOP "$CARD"
start=$(now_ms)
run 'timeout 400
00A4000C023F00'
kill -CONT "$CARD"
t_eq "a card that does not answer: status 5 when the time is over" 5 $rc
t_like "... it says so" "$(cat err)" '^script:2:1: error: no answer from the card within 400 ms'
t_true "... not before, and not much later" test $(($(now_ms) - start)) -ge 400 -a $(($(now_ms) - start)) -lt 2500
run '00A4000C023F00 => 9000'
t_eq "... the next one is answered" 0 $rc

"$scriptor" - >out 2>err <<<'wait remove 5
echo gone
wait insert 5
00A4000C023F00 => 9000' &
running=$!
await out '^> WAIT'
kill -USR1 "$CARD"
await out '^gone'
kill -USR2 "$CARD"
wait $running
t_eq "wait remove, wait insert" "0 < 90 00 : done" "$? $(tail -n 1 out)"

# ---- the service goes ----
printf '%s\n' 'repeat 100000 {' '  00A4000C023F00' '}' >script
"$scriptor" --record lost.rec script >out 2>err &
running=$!
await out '^< 90 00'
kill -KILL "$PCSCD_PID"
wait $running
t_eq "the daemon is killed in mid-script: status 3" 3 $?
t_like "... the line is named" "$(cat err)" '^script:2:3: error: .*PC/SC service'
t_eq "... every answer is in the recording" "$(grep -c '^< 90 00' out)" "$(grep -c '"type":"apdu"' lost.rec)"
run '00A4000C023F00'
t_eq "no daemon: status 3" 3 $rc
t_like "... call, symbol and code" "$(cat err)" 'SCardEstablishContext: .*\(SCARD_E_NO_SERVICE 0x8010001D\)'
t_done
