#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How fast scriptor sends: COUNT (default 10000) SELECTs of a script file with the transcript into a file, beside a
# bare SCardTransmit loop in C and pcsc-tools' scriptor on the same private stack, by turns, ROUNDS (default 15) times.
# All of it shares one core: a wake-up on another one takes as long as it likes, and more than what is compared. The
# rates are those of each program's best round, which something else disturbed the least.
# Then --check of a script of 1 MB, and the peak memory of running scripts of 1 and 20,000 commands. Prints lines
# NAME<TAB>VALUE<TAB>UNIT.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$top/build} COUNT=${COUNT:-10000} ROUNDS=${ROUNDS:-15}
PEER=${PEER:-/usr/bin/scriptor}

die() {
  echo "scriptor_rate: $*" >&2
  exit 1
}

for program in "$BIN/scriptor" "$BIN/card_replay" "$BIN/bench/transmit_loop" "$BIN/bench/spawn" "$PEER"; do
  [ -x "$program" ] || die "$program is missing"
done
if [ -z "${STACK_DIR:-}" ]; then
  export BIN COUNT ROUNDS PEER
  CARD_REPLAY=$BIN/card_replay exec taskset -c 0 "$top/scripts/stack" --readers 2 -- bash "${BASH_SOURCE[0]}"
fi
cd "$STACK_DIR" || die 'no STACK_DIR'

cat >card.trace <<'TRACE'
{"type":"card","format":1,"atr":"3B80800101"}
{"type":"apdu","command":"00A4040005A000000308","response":"9000"}
TRACE
"$BIN/card_replay" --quiet --any-order card.trace >/dev/null 2>&1 &
"$BIN/pcsc_scan" --wait insert --timeout 10 --no-lookup >/dev/null 2>&1 || die 'no card'
reader=$("$BIN/pcsc_scan" -r | sed -n '1s/^0: //p')

awk -v n="$COUNT" 'BEGIN {while (n--) print "00 A4 04 00 05 A0 00 00 03 08"}' >script

# spent NAME CMD...: microseconds of one run, appended to times.NAME
spent() {
  local name=$1 from to
  shift
  from=$(date +%s%N)
  "$@" >"out.$name" 2>"err.$name" || die "$name: $(head -n 3 "err.$name")"
  to=$(date +%s%N)
  echo $(((to - from) / 1000)) >>"times.$name"
}

# turn NAME: one run of it
turn() {
  case $1 in
    bare) spent bare "$BIN/bench/transmit_loop" "$reader" "$COUNT" ;;
    ours) spent ours "$BIN/scriptor" -r "$reader" script ;;
    peer) spent peer "$PEER" -r "$reader" script ;;
  esac
}

order=(bare ours peer)
for ((round = 0; round < ROUNDS; round++)); do
  for name in "${order[@]}"; do turn "$name"; done
  order=("${order[@]:1}" "${order[0]}")
done
for name in bare ours peer; do
  us=$(sort -n "times.$name" | head -n 1)
  printf '%s\t%s\tAPDU/s\n' "scriptor_rate_$name" $((COUNT * 1000000 / us))
done
[ "$(grep -c '^< 90 00 : ' out.ours)" = "$COUNT" ] || die 'an answer is missing in the transcript'

awk 'BEGIN {while (n < 1048576) {line = "00 A4 04 00 05 A0 00 00 03 08 => 9000|61xx   # line " ++i; print line; n += length(line) + 1}}' >large
"$BIN/scriptor" --check large >/dev/null 2>err.check || die "--check: $(head -n 3 err.check)"
"$BIN/bench/spawn" 9 "$BIN/scriptor" --check large -- "$BIN/scriptor" --check script >spawned || die 'spawn failed'
read -r us1 kib1 _ _ <<<"$(tr '\n' ' ' <spawned)"
printf 'scriptor_check_1mb\t%s\tus\n' "$us1"
printf 'scriptor_check_1mb_memory\t%s\tKiB\n' "$kib1"

echo '00 A4 04 00 05 A0 00 00 03 08' >one
echo 'repeat 20000 { 00 A4 04 00 05 A0 00 00 03 08 }' >many
"$BIN/bench/spawn" 1 "$BIN/scriptor" -r "$reader" one -- "$BIN/scriptor" -r "$reader" many >spawned || die 'spawn failed'
read -r _ kib1 _ kib2 <<<"$(tr '\n' ' ' <spawned)"
printf 'scriptor_memory_1\t%s\tKiB\nscriptor_memory_20000\t%s\tKiB\n' "$kib1" "$kib2"
