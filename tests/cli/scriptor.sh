#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# scriptor on the fake winscard: every statement, every way to fail, every form of output.
# shellcheck disable=SC2016 # $NAME in single quotes is a variable of the scripts
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
shopt -s lastpipe # a test at the end of a pipe counts
cd "$T_TMP" || exit 1

# The stage: a card in the first of two readers.
cat >card <<'END'
reader "Virtual PCD 00 00"
reader "Virtual PCD 00 01"
card 0 3B80800101
apdu 00A40400* -> 6F0A8408A00000000310000100 9000
apdu 00A40000* -> 9000
apdu 00B0000010 -> FFx16 9000
apdu 00B0000020 -> ABx32 9000
apdu 00CA0000* -> 6104
apdu 00CB* -> 6C04
apdu 00CB000004 -> 01020304 9000
apdu A0F2* -> 9F04
apdu 00C0000004 -> 01020304 9000
apdu A0C0000004 -> 05060708 9000
apdu 10DA* -> 9000
apdu 00DA* -> 9000
apdu FFCA000000 -> 04A1B2C3 9000
apdu 002000* -> 63C1
apdu 002000800C -> 63C3
apdu 0088* -> 6A82
control 0 0x42000D48 - 06044233000A 120442330012
control 0 0x42330012 - 02010A 0A0400000100
control 0 0x42000DAC 0102 0A0B
control 0 0x4233000A * 9000
attrib 0 0x00010100 54657374 00
attrib 0 0x00090303 3B80800101
END

# on SCENARIO OPTION...: the tool with what differs from run to run blotted out; the script is stdin or a file
on() {
  local scenario=$1
  shift
  FAKE_WINSCARD=$T_TMP/$scenario timeout 20 "$FAKE/scriptor" "$@" |
    sed -E 's/"us":[0-9]+/"us":N/g; s/^# [0-9]+ us$/# N us/'
  return "${PIPESTATUS[0]}"
}

# golden NAME SCENARIO OPTION...: the script, a file named "script", is stdin of golden
golden() {
  local name=$1
  shift
  cat >script
  t_golden "scriptor/$name" on "$@" script </dev/null
}

# scenario NAME: the stage, then what stdin says
scenario() {
  cp card "$1"
  cat >>"$1"
}

# ---- statements ----

golden bytes card <<'END'
# each way to write bytes
00A40000023F00
00 A4 00 00 02 3F 00
  00:A4:00:00:02:3F:00	# indented, with a comment
0x00,0xA4,0x00,0x00,0x02,0x3F,0x00
00 A4 00 00 \
  02 3F 00
00 A4 04 00 {A0 00 00 00 03}
00 A4 04 00 {"1PAY.SYS.DDF01"}
00 DA 01 00 {tlv(6F {84 01 02})}
END
golden variables card <<'END'
00A40400 {A000000003}
echo SW $SW = $SW1 $SW2, data $DATA, aid $DATA[4:8], first $DATA[0]
set AID $DATA[4:8]
set LONG $AID $AID
set LONG $LONG $LONG
00A40400 len($AID) $AID => 9000
echo $LONG
echo atr $ATR
FFCA000000
echo uid $UID
00A40000
echo still $UID
END
printf 'echo $ATR\n' | golden atr-connects card
printf 'echo no card is needed\nsleep 1\nset A 01\n' | golden no-card-needed card
golden expect-good card <<'END'
00A40000 => 9000
00A40400 {A000000003} => 61xx|9000 6F .. 84 *
expect 9000
expect not 6A82
expect 9000 /^6F0A8408/
00880000 => 6Axx
00B0000010 => 9000 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF
00A40000 => 9000 ""
END
printf '00A40000\n00880000 => 9000\n00A40000\n00A40000\n' | golden expect-sw card
printf '00A40400 {A000000003} => 9000 6F 0A 84 07 *\n' | golden expect-data card
printf '00A40400 {A000000003} => 9000 /^7/\n' | golden expect-regex card
printf '00A40000\nexpect not 9000\n' | golden expect-not card
printf '00A40000 => 9000\nexpect 6A82\nexpect 61xx\ncontrol 3500 01 02 => 0A *\nexpect 0B\n' >script
t_eq "several expectations: JSON tells each" '"expect":{"pattern":"6A82","ok":false}}
{"type":"expect","line":1,"pattern":"9000","ok":true}
{"type":"expect","line":3,"pattern":"61xx","ok":false}
"expect":{"pattern":"0B","ok":false}}
{"type":"expect","line":4,"pattern":"0A *","ok":true}' \
  "$(on card -k --json script 2>/dev/null | sed -E '/"expect"/!d; s/^\{"type":"(apdu|control)".*"expect":\{/"expect":{/')"
printf '00A40000 => not 9000 *\n' >script
t_like "expect not: in JSON" "$(on card --json script 2>/dev/null)" '"expect":\{"pattern":"not 9000 \*","ok":false\}'
t_like "... in TAP" "$(on card --tap script 2>/dev/null)" "^not ok 1 - line 1: 00A40000 => not 9000 \*\$"
on card --junit junit.xml script >/dev/null 2>&1
t_like "... in JUnit" "$(cat junit.xml)" ' name="line 1: 00A40000 =&gt; not 9000 \*"'
printf '00880000 => 9000\nexpect 6A82\n00880000 => 6283\n' | golden keep-going card -k
printf '00CA0000 => 6104\n00CB0000 => 6C04\nget-response auto\n00CA0000 => 9000 01 02 03 04\n00CB000001 => 9000 01*
A0F20000 => 9000 05 06 07 08\nget-response off\n00CA0000 => 6104\n' | golden get-response card
printf 'get-response auto\n00CA0000 => 9000 FF\n' | golden get-response-expect card
scenario le-loop <<<'apdu 00CE* -> 6C05'
printf 'get-response auto\n00CE000000\n' >script
on le-loop script >out 2>err
t_like "get-response auto: a card that corrects its own Le" "$(cat err)" \
  '^script:2:1: error: the card refuses the Le that it has told itself: given up after 2 exchanges$'
printf 'chain on 4\n00DA0100 {0102030405060708 09} => 9000\nchain off\n00DA0100 {0102030405} => 9000\n' | golden chain card
printf 'reset\nreset warm\nreset cold\n00A40000\n' | golden reset card
printf 'connect t0\n00A40000\nconnect "Virtual PCD 00 00" t1 exclusive\n00A40000\ndisconnect\nconnect\ndisconnect reset\n' |
  golden connect card
printf 'connect t0 exclusive\nconnect direct\ncontrol 3400\nconnect t1 shared\n' >script
FAKE_WINSCARD_LOG=$T_TMP/log on card script >/dev/null 2>&1
t_eq "connect: the calls" 'SCardConnect "Virtual PCD 00 00" EXCLUSIVE T0 -> T0
SCardConnect "Virtual PCD 00 00" DIRECT - -> T0
SCardReconnect "Virtual PCD 00 00" SHARED T1 RESET -> T1' "$(grep -E '^SCard(Connect|Reconnect)' log)"
printf 'connect t0\ndisconnect\nconnect raw\n' >script
FAKE_WINSCARD_LOG=$T_TMP/log on card -p T=1 script >/dev/null 2>err
t_eq "another protocol than before, nobody uses the card: it is reset, and after raw access again" \
  'SCardConnect "Virtual PCD 00 00" SHARED T0 -> T0
SCardDisconnect "Virtual PCD 00 00" LEAVE -> ok
SCardConnect "Virtual PCD 00 00" SHARED RAW -> 0x8010000F
SCardConnect "Virtual PCD 00 00" DIRECT - -> T0
SCardReconnect "Virtual PCD 00 00" SHARED RAW RESET -> RAW
SCardDisconnect "Virtual PCD 00 00" RESET -> ok' "$(grep -E '^SCard(Connect|Reconnect|Disconnect)' log)"
t_like "... it says so" "$(cat err)" '^scriptor: the card was reset, it had been told'
scenario in-use <<<'state 0 INUSE'
on in-use script >out 2>err
t_like "... not while another program uses it" "$(cat err)" '^script:3:1: error: SCardConnect: .*PROTO_MISMATCH'
scenario two-cards <<<'card 1 3B80800101'
printf 'connect raw\nconnect "00 01"\nconnect "00 00" t1\nconnect "00 01" raw\nconnect "00 01" t1\n' >script
FAKE_WINSCARD_LOG=$T_TMP/log on two-cards -r 0 script >out 2>err
t_eq "a card that was made raw is reset when it is left" \
  '"Virtual PCD 00 00" RESET
"Virtual PCD 00 01" RESET
"Virtual PCD 00 00" LEAVE
"Virtual PCD 00 01" RESET
"Virtual PCD 00 01" LEAVE' "$(sed -n 's/^SCardDisconnect \(.*\) -> .*/\1/p' log)"
t_eq "... and so it is said of the one in use" 1 "$(grep -c 'it had been used raw' err)"
printf '00A40000\nrepeat 2 {\nexpect 9000\ncontrol 3500 01 02\n}\n' >script
on card -k script >out 2>err
t_like "a control's answer has no status word to expect" "$(cat err)" '^script:3:1: error: a control was answered last'
printf 'begin\n00A40000\nend\nbegin\nend reset\n00A40000\n' | golden transaction card
printf 'begin\n00A40000\n' >script
FAKE_WINSCARD_LOG=$T_TMP/log on card script >/dev/null 2>&1
t_like "an open transaction is ended" "$(cat log)" '^SCardEndTransaction "Virtual PCD 00 00" LEAVE'
printf 'control 3500 0102 => 0A 0B\ncontrol 0x42000DAC 0102 => 0A 0C\n' | golden control card
printf 'control verify_pin_direct 01 => 90 00\ncontrol get_tlv_properties\n' | golden control-feature card
printf 'control verify_pin_start 01\n' | golden control-no-feature card
printf 'features\n' | golden features card
printf 'features\n' | golden features-json card --json
printf 'attrib vendor_name\nattrib SCARD_ATTR_ATR_STRING\nattrib 0x00010100\nattrib vendor_ifd_type\n' | golden attrib card
printf 'repeat 3 {\n  00A40000\n  repeat 2 { echo in }\n}\n' | golden repeat card
printf '00880000\nif SW 9000 {\n  echo yes\n} else {\n  echo no\n}\nif SW 6Axx { exit }\necho never\n' | golden if-exit card
printf 'decode on\n00A40400 {A000000003}\ndecode off\n00A40400 {A000000003}\n' | golden decode card
mkdir -p inc
printf 'include "inc/two"\n00A40000\n' >one
printf '00880000\ninclude "three"\n' >inc/two
printf '00A40400 {A000000003} => 9000 7F\n' >inc/three
t_golden scriptor/include on card one </dev/null
printf 'include "script"\n' | golden include-cycle card
printf 'timeout 50\nsleep 20\necho done\n' | golden sleep card
scenario swapped <<'END'
lockstep
after 0ms remove 0
after 0ms insert 0 3B00
END
printf '00A40000\nwait remove\nwait insert\n00A40000\necho $ATR\n' | golden wait swapped
printf '00A40000\nwait remove 0.1\n' | golden wait-timeout card
printf '00A40000\ndisconnect\n00A40000\n' | golden disconnected card

# ---- forms ----

cat >forms <<'END'
00A40400 {A000000003} => 9000
00880000 => 6A82
echo half
00B0000010 => 9000 FF*
00880000 => 9000
00A40000
END
golden quiet card -q <forms
golden json card --json <forms
golden json-verbose card --json -v <forms
golden tap card --tap <forms
golden verbose card -v <forms
cp forms script
on card --junit x.xml script >/dev/null 2>&1
t_eq "junit: exit status" 1 $?
t_like "junit" "$(cat x.xml)" '^<testsuite name="script" .*tests="4" failures="1" errors="0"'
printf '00A40000\n' >script
rc=0
FAKE_WINSCARD=card "$FAKE/scriptor" script >/dev/full 2>err || rc=$?
t_eq "stdout is full" 2 "$rc"
t_like "stdout is full: told" "$(cat err)" 'standard output: No space left'
t_eq "nobody reads" "> 00 A4 00 00" "$(yes 00A40000 | head -5000 >script; FAKE_WINSCARD=card "$FAKE/scriptor" script 2>err | head -1)"
t_eq "nobody reads: no complaint" "" "$(grep standard err)"
t_golden scriptor/help on card --help </dev/null
t_golden scriptor/complete-options on card --complete-options </dev/null

# ---- old scripts ----

printf '\357\273\277# do not exit here\r\n00 A4 00 00 02 3F 00\r\nRESET\r\n00a40000\\\r\n023f00\r\n00A4 0000\r\nexit\r\n00880000\r\n' |
  golden old-style card
printf '00 A4 00 00 \\\n' | golden pending card
printf 'unpreset\n' | golden no-substring card
printf '00\n00A4\n00A400\n' | golden short card
printf 'set X 00A4\n$X\n' | golden short-variable card

# ---- the script: mistakes ----

cat >bad <<'END'
00A40
selct A0
00A40000 => 90
echo $NOBODY
repeat 2 {
END
golden mistakes card <bad
golden mistakes-json card --json <bad
t_golden scriptor/check on card --check bad </dev/null
cp forms script
t_golden scriptor/check-good on card --check script </dev/null
printf '00A4000003 3F00\nexit\n00A40000\n' >script
t_golden scriptor/check-lint on card --check script </dev/null
t_golden scriptor/check-missing on card --check nowhere </dev/null
t_golden scriptor/missing on card nowhere </dev/null
t_golden scriptor/check-directory on card --check / </dev/null
printf '00A40\n' >script
FAKE_WINSCARD_LOG=$T_TMP/log2 on card script >/dev/null 2>&1
t_true "a mistake: no contact to PC/SC" test ! -s log2
golden runtime card <<'END'
00A40000
echo $DATA[5]
END
printf 'if SW 9000 { echo a }\n' | golden no-sw card
printf '00A40400 {A000000003} => 9000 (\n' | golden bad-pattern card
printf '00A40400 {A000000003} => 9000 /(/\n' | golden bad-regex card

# refused NAME TEXT OPTION...: exit 2, nothing on stdout, TEXT on stderr
refused() {
  local name=$1 text=$2 rc=0
  shift 2
  on card "$@" >out 2>err </dev/null || rc=$?
  t_eq "$name: status" 2 "$rc"
  t_eq "$name: stdout" "" "$(cat out)"
  t_like "$name: stderr" "$(cat err)" "$text"
}
refused "two scripts" "one script at a time" a b
refused "json and tap" "" --json --tap
refused "quiet and verbose" "" -q -v
refused "a protocol like T=15" "T=15" -p T=15 script
refused "an empty protocol" "the value is empty" -p "" script
refused "record over the script" "the script itself" --record script script
refused "junit into nowhere" "No such file" --junit no/where script
refused "record into nowhere" "No such file" --record no/where script
refused "record secrets of nothing" "is for --record" --record-secrets script
printf '00A40000\n' >script
for protocol in T=0 t0 T=1 t1 any ANY; do
  t_true "-p $protocol" on card -p $protocol script
done
on card -p T=0 script >/dev/null 2>err
t_like "-p T=0 is used" "$(cat err)" 'T=0'

# ---- the reader ----

printf '00A40000\n' >script
golden_reader() {
  local name=$1
  shift
  t_golden "scriptor/reader-$name" on "$@" script </dev/null
}
scenario both <<<'card 1 3B00'
printf 'reader "A"\nreader "B"\n' >empty
: >nothing
printf 'service stop\n' >no-service
golden_reader only card
golden_reader several both
golden_reader several-wait both -w
golden_reader index both -r 1
golden_reader name both -r 'Virtual PCD 00 01'
golden_reader part both -r '0 01'
golden_reader ambiguous both -r Virtual
golden_reader unknown both -r $'Nobo\edy'
golden_reader empty empty
golden_reader named-empty empty -r B
golden_reader none nothing
golden_reader no-service no-service
t_eq "PCSC_READER" 3B00 "$(printf 'echo $ATR\n' >script; PCSC_READER=1 on both script 2>/dev/null)"
t_eq "-r before PCSC_READER" 3B80800101 "$(PCSC_READER=1 on both -r 0 script 2>/dev/null)"
printf '00A40000\n' >script
scenario late <<'END'
remove 0
lockstep
after 0ms card 0 3B800181
END
golden_reader wait late --wait
golden_reader wait-over empty --wait=1
golden_reader wait-none nothing -w1
rc=0
on empty -w0 script >out 2>err || rc=$?
t_eq "-w0 looks once: status" 3 $rc
t_like "... it says so" "$(cat err)" 'no card came in time$'

# ---- PC/SC fails: each call, each code ----

cat >all <<'END'
begin
00A40000
control 3500 0102
attrib vendor_name
end
reset
END
declare -A exits
while IFS='|' read -r value status; do
  exits[$value]=$status
done < <(grep -oE '0x8010[0-9A-F]{4}, [345]' "$top/src/pcsc/scard_err.def" | sed 's/, /|/' | sort -u)
t_true "codes were found" test "${#exits[@]}" -gt 50
faults=
for call in SCardEstablishContext SCardListReaders SCardConnect SCardStatus SCardBeginTransaction SCardTransmit \
  SCardControl SCardGetAttrib SCardEndTransaction SCardReconnect; do
  for code in "${!exits[@]}"; do
    want=${exits[$code]}
    # what is found out about the card decides
    [ "$code" = 0x8010002E ] && [ $call = SCardListReaders ] && continue
    cp card fails
    echo "fail $call $code always" >>fails
    rc=0
    on fails all >out 2>err </dev/null || rc=$?
    grep -q "$call: .*$code" err || faults+="$call $code: message: $(cat err)"$'\n'
    [ "$rc" = "$want" ] || faults+="$call $code: exit status $rc, not $want"$'\n'
  done
done
t_eq "each call with each code" "" "$faults"

scenario reset-by-other <<<'fail SCardTransmit 0x80100068 on call 2'
printf '00A40000\n00880000\n00A40000\n' | golden reset-by-other reset-by-other
printf '00A40000\n00880000\n00A40000\n' | golden reset-by-other-keep reset-by-other -k
scenario pulled <<<'apdu 0088* -> remove'
printf '00A40000\n00880000\n00A40000\n' | golden pulled pulled
printf '00A40000\n00880000\n00A40000\n' | golden pulled-json pulled --json
printf '00A40000\n00880000\n00A40000\n' | golden pulled-keep pulled -k
scenario empty-answer <<<'apdu 0088* -> -'
printf '00A40000\n00880000\n00A40000\n' | golden empty-answer empty-answer
scenario unplugged <<'END'
lockstep
after 0ms unplug 0
END
printf '00A40000\nwait remove\n00A40000\n' | golden unplugged unplugged

# ---- time and signals ----

scenario never <<<'apdu 0088* -> never'
printf 'timeout 100\n00A40000\n00880000\n00A40000\n00A40000\n' | golden deadline never
printf 'timeout 100\n00A40000\n00880000\n00A40000\n00A40000\n' | golden deadline-json never --json -k
scenario frozen <<<'service freeze'
printf 'timeout 100\n00A40000\n' | golden frozen frozen
printf '00A40000\n00880000\n00A40000\n' >script

# interrupt SIGNAL OUT SCENARIO OPTION...: after the first line of the transcript has come
interrupt() {
  local signal=$1 out=$2 scenario=$3 rc=0
  shift 3
  FAKE_WINSCARD=$T_TMP/$scenario "$FAKE/scriptor" "$@" >"$out" 2>"$out.err" </dev/null &
  local pid=$!
  for _ in {1..100}; do
    [ -s "$out" ] && break
    sleep 0.02
  done
  sleep 0.1
  kill -"$signal" $pid
  wait $pid || rc=$?
  echo "$rc"
}
t_eq "Ctrl-C ends a card that never answers" 130 "$(interrupt INT out never script)"
t_eq "Ctrl-C: what was answered is shown" "> 00 A4 00 00
< 90 00 : done" "$(cat out)"
t_eq "Ctrl-C: the place is told" "script:2:1: interrupted" "$(grep interrupted out.err)"
t_eq "SIGTERM likewise" 143 "$(interrupt TERM out never script)"
t_eq "SIGHUP: JSON ends with its summary" 129 "$(interrupt HUP out never --json script)"
t_eq "SIGHUP: the summary" '{"type":"summary","apdus":1,"failed":0,"skipped":1}' "$(tail -1 out)"
printf '00A40000\nsleep 60000\n00A40000\n' >script
t_eq "Ctrl-C ends a sleep" 130 "$(interrupt INT out card script)"
printf '00A40000\nwait remove\n00A40000\n' >script
t_eq "Ctrl-C ends a wait" 130 "$(interrupt INT out card --record x.trace script)"
t_like "Ctrl-C: the recording is there" "$(cat x.trace)" '"command":"00A40000"'
t_eq "Ctrl-C ends waiting for a card" 130 "$(interrupt INT out empty --json --wait script)"

# ---- PINs ----

printf '00200080 {"1234"}\n00200080 {"1234"}\n' | golden pin-guard card -k
printf 'repeat 3 { 00200080 {"1234"} }\n' | golden pin-guard-repeat card
printf 'repeat 2 { 00200080 {"1234"} }\n' | golden pin-reckless card --reckless
printf '00200080 {"1234"}\n00200080\n00200080 {"1234"}\n' | golden pin-by-hand card

scenario secrets <<'END'
apdu 002000* -> 9000
apdu 0024* -> never
END
cat >script <<'END'
set PIN "24680"
timeout 100
00200080 {$PIN} => 6983
mask 80AA0000 {$PIN}
00200080 {$PIN} => 9000 11
expect 6983
00240080 {$PIN $PIN}
END
for form in "" -v --json "--json -v" --tap -q; do
  # shellcheck disable=SC2086
  on secrets -k --record s.trace --junit s.xml $form script >out 2>err
  t_eq "no PIN anywhere: $form" "" "$(cat out err s.trace s.xml | tr -d ' ' | grep 3234363830)"
  t_like "stars in its place: $form" "$(cat out s.trace)" '\*\*'
done
on secrets -k --show-secrets --record s.trace --junit s.xml script 2>/dev/null | tr -d ' ' >out
t_like "--show-secrets: the screen" "$(cat out)" '3234363830'
t_eq "--show-secrets: not the recording" "" "$(tr -d ' ' <s.trace | grep 3234363830)"
on secrets -k --record-secrets --record s.trace script 2>/dev/null | tr -d ' ' >out
t_eq "--record-secrets: not the screen" "" "$(grep 3234363830 out)"
t_like "--record-secrets: the recording" "$(tr -d ' ' <s.trace)" '3234363830'
printf '00 20 00 80 05 24680\n' >script
on card script >out 2>err
t_eq "no PIN in a mistake's line" "" "$(grep 2468 out err)"

# ---- recordings ----

golden_record() {
  on card --record r.trace script >/dev/null 2>&1
  sed -E 's/"us":[0-9]+/"us":N/; s/"time":"[^"]*"/"time":"T"/' r.trace
}
printf '00A40000\nreset\n00200080 {"1234"}\nget-response auto\n00CA0000\n' >script
t_golden scriptor/recording golden_record
scenario swapped2 <<'END'
lockstep
after 0ms remove 0
after 0ms insert 0 3B00
END
printf '00A40000\nwait remove\nwait insert\n00A40000\n' >script
on swapped2 --record r.trace script >/dev/null 2>&1
# kinds RECORDING: what is in its lines
kinds() { sed -E 's/.*"event":"([a-z]+)".*/event:\1/; s/.*"type":"([a-z]+)".*/\1/' "$1" | paste -sd ' '; }
t_eq "recording: the card goes and comes" "card apdu event:remove event:insert apdu" "$(kinds r.trace)"
scenario pulled-back <<'END'
apdu 0088* -> remove
lockstep
after 0ms insert 0 3B80800101
END
printf '00A40000\n00880000\n00A40000\n' >script
on pulled-back -k --wait --record r.trace script >/dev/null 2>&1
t_eq "recording: the card comes back without a wait" "card apdu event:remove event:insert apdu" "$(kinds r.trace)"
printf '00A40000\n' >script
rc=0
on card --record /dev/full script >/dev/null 2>err || rc=$?
t_like "recording: no room" "$(cat err)" '--record: No space left'

# ---- what a message and the words of a command must not tell ----

cat >script <<'END'
00 20 00 81 04 31 32 33
00 20 00 81 04 31 32 33 3z
mask 80 12 00 00 04 31 32 33 3z
00 20 00 81 \
  04 31 32 33 3z
00 20 00 81 {
  31 32 33 34 35 3z }
set PIN 31 32 33 3
END
on card --check script >out 2>err
t_eq "a mistake in a PIN: status" 2 $?
t_eq "... each is told" 6 "$(grep -c '^script:[1-8]:[0-9]*: ' err)"
t_eq "... no byte of it" "" "$(grep -E '31|32|33' out err | grep -v '^err:script:')"
t_like "... the header is" "$(cat err)" '^00 20 00 81 \*\* '
on card --check --show-secrets script >out 2>err
t_like "... with --show-secrets all of it" "$(cat err)" '^  31 32 33 34 35 3z \}$'
printf '00 20 00 80 {\n31 32 33 34 }\n00 A4 04 00 {\n31 32 33 34 3z }\n' >script
on card --check script 2>err
t_like "... a group behind it is another one's" "$(cat err)" '^31 32 33 34 3z \}$'
echo 'mask 00 A4 04 00 { A0 00 00 03 08 } 00' >script
t_eq "a masked command's words tell its header" "# SELECT by DF name, first or only occurrence, return FCI" \
  "$(on card -v script 2>/dev/null | grep '^# S')"
t_eq "... in JSON, too" 1 "$(on card -v --json script 2>/dev/null |
  grep -c '"command":"00A4040005\*\*\*\*\*\*\*\*\*\*00",.*"text":"SELECT by DF name, first or only occurrence, return FCI"')"

# ---- too much ----

for regex in "$(printf '(%.0s' {1..20000})" 'a{1,255}{1,255}' '((A{1,99}){1,99}){1,99}'; do
  printf '00A40000 => 9000 /%s/\n' "$regex" >script
  on card --check script >out 2>err
  t_eq "a regular expression that would eat all memory: status" 2 $?
  t_like "... is refused" "$(cat err)" 'no regular expression: too large$'
done
printf '00A40000 => 9000 /%s/\n' '^(..)\1*$' >script
on card --check script >out 2>err
t_eq "a regular expression that refers back would need too much stack: status" 2 $?
t_like "... is refused" "$(cat err)" '^script:1:18: error: no regular expression: \\1 to \\9 are not supported$'
printf '00A40000 => 9000 /%s/\n' '^(([0-9A-F]{2}){1,16}|[]^{(]{3}|[[:digit:](((]+|\(\(|\\1|[\1]){0,3}$' >script
t_true "one that only looks like it is taken" on card --check script
echo 00A40000 >script
ln -sf r.trace same
on card --record r.trace --junit same script >out 2>err
t_eq "one file for two outputs: status" 2 $?
t_like "... is told" "$(cat err)" '--junit: this is the recording$'
for option in --json --tap --verbose; do
  on_full=0
  FAKE_WINSCARD=$T_TMP/card "$FAKE/scriptor" $option script >/dev/full 2>err || on_full=$?
  t_eq "a full disk: status, $option" 2 $on_full
  t_like "... and why" "$(cat err)" 'standard output: No space left on device'
done

# ---- stdin ----

t_eq "stdin" "> 00 A4 00 00
< 90 00 : done" "$(printf '00A40000\n' | on card 2>/dev/null)"
t_eq "- is stdin" "> 00 A4 00 00
< 90 00 : done" "$(printf '00A40000' | on card - 2>/dev/null)"
printf '00A40000\n00A40\n00880000\n' | on card >out 2>err
t_eq "stdin: a mistake ends it: status" 2 "${PIPESTATUS[1]}"
t_eq "stdin: what comes before it was sent" "> 00 A4 00 00
< 90 00 : done" "$(cat out)"
t_like "stdin: the mistake has its line" "$(cat err)" '^-:2:1: error'
t_eq "stdin: --keep-going" 2 "$(printf '00A40000\n00A40\n00880000\n' | on card -k >out 2>err; echo "${PIPESTATUS[1]}")"
t_eq "stdin: --keep-going goes on" 2 "$(grep -c '^>' out)"
t_eq "stdin: an expectation on its own line" 1 "$(printf '00A40000\nexpect 6A82\n00A40000\n' | on card >out 2>err; echo "${PIPESTATUS[1]}")"
t_eq "stdin: blocks and groups over lines" "in
in" "$(printf 'repeat 2 {\n  echo in\n}\n' | on card 2>/dev/null)"
t_eq "stdin: exit" "> 00 A4 00 00
< 90 00 : done" "$(printf '00A40000\nexit\n00880000\n' | on card 2>/dev/null)"
t_eq "stdin: a block that is cut off" 2 "$(printf 'repeat 2 {\n' | on card >out 2>err; echo "${PIPESTATUS[1]}")"
# peak N: kB that the process $tool has needed when it has answered N commands
peak() {
  local i
  for ((i = 0; i < 500; i++)); do
    [ "$(grep -c '^<' out)" -ge "$1" ] && break
    sleep .02
  done
  sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$tool/status"
}
mkfifo commands
FAKE_WINSCARD=$T_TMP/card "$FAKE/scriptor" <commands >out 2>/dev/null &
tool=$!
exec 8>commands
yes '00A40000 => 9000' | head -n 1000 >&8
least=$(peak 1000)
yes '00A40000 => 9000' | head -n 29000 >&8
most=$(peak 30000)
exec 8>&-
wait $tool
t_eq "stdin: status after 30000 commands" "0 30000" "$? $(grep -c '^<' out)"
t_true "... whose memory is given back" test "$((most - least))" -lt 4000
t_eq "stdin: variables last" 0102 "$(printf 'set X 01\nset X $X 02\necho $X\n' | on card 2>/dev/null)"

# what is said about a control in a line of its own, which comes later
for form in stdin file; do
  printf '00A40000\ncontrol 3500 01 02\n%s\nexpect 0A *\nexpect 0C *\necho $DATA\n' \
    "$([ $form = stdin ] && echo '# nothing' || echo 'attrib vendor_name')" >script
  if [ $form = stdin ]; then on card -k --json <script; else on card -k --json script; fi >out 2>err
  t_eq "expect behind a control, $form" '{"type":"expect","line":4,"pattern":"0A *","ok":true}
{"type":"expect","line":5,"pattern":"0C *","ok":false}
{"type":"echo","line":6,"text":"0A0B"}' "$(grep -E '"(expect|echo)",' out)"
done
on card -k --junit junit.xml script >/dev/null 2>err
t_like "... what came" "$(cat err)" '^  came      data 0A 0B$'
t_like "... in JUnit" "$(cat junit.xml)" ' name="line 4: control 0x42000DAC =&gt; 0A \*"'

# a script that does not come, or a file that nobody reads
mkfifo silent
echo 'include silent' >includes
for options in silent '--check silent' includes "--record silent script"; do
  # shellcheck disable=SC2086 # words
  FAKE_WINSCARD=$T_TMP/card timeout -s KILL 3 "$FAKE/scriptor" $options >out 2>err </dev/null &
  pid=$!
  sleep .2
  kill -TERM $pid
  rc=0
  wait $pid || rc=$?
  t_eq "SIGTERM while a file is waited for: $options" 143 $rc
done

# a co-process gets each answer before it sends the next command
coproc tool { FAKE_WINSCARD=$T_TMP/card "$FAKE/scriptor" 2>/dev/null; }
answers=
for command in 00A40000 00880000 FFCA000000; do
  echo $command >&"${tool[1]}"
  read -r -t 5 sent <&"${tool[0]}"
  read -r -t 5 answer <&"${tool[0]}"
  answers+="$sent / $answer"$'\n'
done
eval "exec ${tool[1]}>&-"
wait
t_eq "a co-process" "> 00 A4 00 00 / < 90 00 : done
> 00 88 00 00 / < 6A 82 : file or application not found
> FF CA 00 00 00 / < 04 A1 B2 C3 90 00 : done
" "$answers"
t_done
