#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pcsc_scan on the real pcscd with virtual readers and virtual cards.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
if [ -z "${STACK_DIR:-}" ]; then
  rm -rf "$T_TMP"
  CARD_REPLAY=$BIN/card_replay exec "$top/scripts/stack" --readers 2 -- bash "$0"
fi
cd "$T_TMP" || exit 1
scan=$BIN/pcsc_scan
demo=$top/data/demo
atr_iso=$(sed -n '1s/.*"atr":"\([0-9A-F]*\)".*/\1/p' "$demo/iso7816.trace")
first='Virtual PCD 00 00' second='Virtual PCD 00 01'

# insert READER CARD_REPLAY_ARGUMENT...: -> CARD, the process that is the card
insert() {
  "$BIN/card_replay" --port $((35963 + $1)) --quiet "${@:2}" >/dev/null 2>card.err &
  CARD=$!
}

# remove CARD
remove() {
  kill "$1"
  wait "$1" 2>/dev/null
}

# await FILE PATTERN [N]: until N lines (default 1) match, for 5 s at most
await() {
  local i n
  for ((i = 0; i < 250; i++)); do
    n=$(grep -cE -- "$2" "$1" 2>/dev/null)
    [ "${n:-0}" -ge "${3:-1}" ] && return
    sleep .02
  done
  return 1
}

now_ms() { echo $((10#${EPOCHREALTIME//[.,]/} / 1000)); }

# events FILE [FIRST]: what happened where, from the line that matches FIRST on
events() {
  sed -nE "/${2:-.}/,\$ s/.*\"event\":\"([a-z_]+)\".*\"reader\":(\"[^\"]*\"|null).*/\\1 \\2/p" "$1"
}

# ---- readers, and nothing in them ----
t_eq "-r lists both readers" "0: $first
1: $second" "$("$scan" -r)"
t_eq "-c: no card anywhere" 2 "$("$scan" -c | grep -c 'Card state: no card')"
started=$(now_ms)
"$scan" --wait insert --timeout 0 2>err
t_eq "--wait insert --timeout 0: not met" "1 " "$? $(cat err)"
t_true "... which is told as soon as the service has answered" test $(($(now_ms) - started)) -lt 1500
"$scan" --wait remove
t_eq "--wait remove: met" 0 $?

# ---- insertion and removal, two readers, swap, mute ----
"$scan" --json >watch.json 2>watch.err &
watch=$!
await watch.json reader_added 2
insert 0 "$demo/iso7816.trace"
one=$CARD
t_true "an insertion is seen" await watch.json '"card_inserted".*"Virtual PCD 00 00"'
t_like "... with the ATR that the card sent" "$(grep card_inserted watch.json)" "\"atr\":\"$atr_iso\""
insert 1 "$demo/storage.trace"
two=$CARD
t_true "... and one in the second reader" await watch.json '"card_inserted".*"Virtual PCD 00 01"'
t_eq "-c shows both" "$first
$second" "$("$scan" -c --json | sed -n 's/.*"card_inserted".*"reader":"\([^"]*\)".*/\1/p')"
sleep .6 # pcscd has to have looked at the first card: one that goes before is never seen
insert 0 "$demo/sim.trace" # waits in the queue of vpcd's port
sleep .05
remove "$one"
one=$CARD
t_true "a swap within 50 ms: the second card is seen" await watch.json '"card_inserted".*"Virtual PCD 00 00"' 2
t_eq "a swap: removal, then insertion" "card_inserted \"$first\"
card_inserted \"$second\"
card_removed \"$first\"
card_inserted \"$first\"" "$(events watch.json card_)"
sleep .6 # pcscd looks every 0.4 s
kill -STOP $watch # it looks again when the cards are exchanged: nothing but PC/SC's counter tells
remove "$one"
sleep .6
insert 0 "$demo/iso7816.trace"
one=$CARD
for _ in $(seq 250); do
  "$scan" -c --json | grep -q "$atr_iso" && break
  sleep .02
done
kill -CONT $watch
t_true "a swap that nobody saw is told" await watch.json '"card_inserted".*"Virtual PCD 00 00"' 3
t_eq "... as removal and insertion" "card_removed \"$first\"
card_inserted \"$first\"" "$(events watch.json | tail -2)"
remove "$two"
t_true "a removal is seen" await watch.json '"card_removed".*"Virtual PCD 00 01"'
remove "$one"
await watch.json '"card_removed".*"Virtual PCD 00 00"' 3
# 34 bytes are more than an ATR may have: pcscd takes the card for mute
insert 0 --atr 3B9F95813FFE9180318065B0850300EF0101011122334455667788990011223344DD
mute=$CARD
t_true "a mute card is seen as such" await watch.json '"card_mute".*"PRESENT","MUTE"'
remove "$mute"
await watch.json '"card_removed".*"Virtual PCD 00 00"' 4
t_eq "no reader came or went" 2 "$(grep -c '"reader_' watch.json)"

# ---- the service goes and comes back ----
kill -KILL "$PCSCD_PID"
t_true "the loss of the service is an event" await watch.json '"service_lost"'
"$scan" -n 2>err
t_eq "without a service: status 3" 3 $?
t_like "... and the message names call, symbol and code" "$(cat err)" \
  '^pcsc_scan: SCardEstablishContext: .*\(SCARD_E_NO_SERVICE 0x8010001D\); '
"$STACK_PCSCD" &
PCSCD_PID=$!
t_true "... and its return" await watch.json '"service_back"'
insert 0 "$demo/iso7816.trace"
one=$CARD
t_true "an insertion is seen after the return" await watch.json '"card_inserted".*"Virtual PCD 00 00"' 4
t_eq "nothing was told twice" "service_lost null
service_back null
card_inserted \"$first\"" "$(events watch.json service_lost)"
"$scan" -n --exit-on-service-loss >loss.out 2>/dev/null &
loss=$!
await loss.out 'Card present'
t_true "each line stands for itself: all begin and end as objects" test "$(grep -cvE '^\{"type":"event",.*\}$' watch.json)" = 0

# ---- how it ends ----
start=$(now_ms)
kill -INT $watch
wait $watch
t_eq "SIGINT: status 0" 0 $?
t_true "SIGINT: at once" test $(($(now_ms) - start)) -lt 500
t_like "stderr has told why the service was lost, and no more" "$(cat watch.err)" \
  '^pcsc_scan: SCardGetStatusChange: .*$'
t_eq "... in one line" 1 "$(wc -l <watch.err)"
start=$(now_ms)
"$scan" -n -t 20 | head -1 >/dev/null
t_eq "a closed pipe: status 0" 0 "${PIPESTATUS[0]}"
t_true "a closed pipe: at once" test $(($(now_ms) - start)) -lt 1000
"$scan" -s 2>err | true
t_eq "-s: a closed pipe: status 0, without a word" "0 " "${PIPESTATUS[0]} $(cat err)"

# ---- stress ----
out=$("$scan" -s200 --json)
t_eq "-s200: status 0" 0 $?
t_like "-s200: every command was answered" "$out" '"apdus":200,"errors":0,'
"$scan" -s --json >stress.json 2>stress.err &
stress=$!
sleep .3
start=$(now_ms)
kill -INT $stress
wait $stress
t_eq "-s: SIGINT ends it, status 0" 0 $?
t_true "-s: at once" test $(($(now_ms) - start)) -lt 500
t_like "-s: and it reports" "$(cat stress.json)" '"apdus":[1-9][0-9]*,"errors":0,'
"$scan" -s >stress.out 2>stress.err &
stress=$!
sleep .2
remove "$one"
wait $stress
t_eq "-s: a card that is pulled: status 5" 5 $?
t_like "-s: ... is reported" "$(cat stress.out)" 'errors: [1-9]'
sleep .6 # a card that comes before pcscd has looked would stay unseen: it takes the failed reset for a removal

# ---- a command at each event, and waiting ----
# shellcheck disable=SC2016 # for the inner shell
"$scan" -n --events card_inserted,card_removed \
  --exec sh -c 'echo "$PCSC_EVENT $PCSC_READER $PCSC_ATR $(ls -l /proc/$$/fd | grep -c -e socket: -e anon_inode)"' ';' \
  >exec.out 2>/dev/null &
watch=$!
"$scan" --wait insert -n --timeout 10 >wait.out &
waiting=$!
sleep .2
insert 0 "$demo/iso7816.trace"
one=$CARD
wait $waiting
t_eq "--wait insert is met" 0 $?
t_like "... and says by what" "$(cat wait.out)" '^[-0-9T:.+]+ Card inserted$'
t_true "--exec ran at the insertion, and inherited nothing" await exec.out "^card_inserted $first $atr_iso 0$"
"$scan" --wait remove --timeout 10 -n >wait.out &
waiting=$!
sleep .1
remove "$one"
wait $waiting
t_eq "--wait remove is met" 0 $?
t_true "--exec ran at the removal" await exec.out "^card_removed $first  0$"
kill -TERM $watch
wait $watch
t_eq "SIGTERM: status 0" 0 $?
"$scan" --wait insert --timeout 1
t_eq "--wait insert --timeout 1: not met" 1 $?

# ---- a service that does not answer ----
"$scan" -n >hung.out 2>&1 &
watch=$!
await hung.out 'Reader found' 2
kill -STOP "$PCSCD_PID"
"$scan" -r -t 1 >out 2>err
t_eq "-r -t 1 gives up: status 3" 3 $?
t_like "... and says why" "$(cat err)" 'did not answer'
"$scan" -s5 -t 1 >out 2>err
t_eq "-s5 -t 1 gives up: status 3" 3 $?
t_like "... and says why" "$(cat err)" 'did not answer'
for mode in -r -c -s5 --wait=insert; do
  timeout --preserve-status -s INT -k 5 .3 "$scan" $mode >out 2>err
  t_eq "SIGINT before the service answered: $mode" "1 " "$? $(cat out err)"
done
start=$(now_ms)
kill -INT $watch
wait $watch
t_eq "SIGINT while the service hangs: status 0" 0 $?
t_true "... at once" test $(($(now_ms) - start)) -lt 500
t_like "... and it is told" "$(cat hung.out)" '^pcsc_scan: PC/SC is still busy; ended without waiting for it$'
kill -CONT "$PCSCD_PID"
kill -TERM "$PCSCD_PID"
wait $loss
t_eq "--exit-on-service-loss: status 3" 3 $?
t_like "... after the event" "$(cat loss.out)" 'PC/SC service lost'
t_done
