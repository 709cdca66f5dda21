#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How much later than a bare SCardGetStatusChange loop in C pcsc_scan has printed an event, both on the same
# private stack. Prints lines NAME<TAB>VALUE<TAB>UNIT: medians and the worst of ROUNDS (default 20) insertions and
# removals, for JSON with look-up and for explained text.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$top/build} ROUNDS=${ROUNDS:-20}

die() {
  echo "scan_latency: $*" >&2
  exit 1
}

[[ $ROUNDS =~ ^[1-9][0-9]*$ ]] || die "ROUNDS is '$ROUNDS'"
for tool in pcsc_scan card_replay bench/evloop; do
  [ -x "$BIN/$tool" ] || die "$BIN/$tool is missing"
done
if [ -z "${STACK_DIR:-}" ]; then
  export BIN ROUNDS
  CARD_REPLAY=$BIN/card_replay exec "$top/scripts/stack" --readers 2 -- bash "${BASH_SOURCE[0]}"
fi
evloop=$BIN/bench/evloop
cd "$STACK_DIR" || die 'no STACK_DIR'

declare -A card=([bare]=. [json]='"event":"card_' [text]='^[0-9]+ Card (present|inserted|removed)')

# lines FILE N: wait until FILE tells of N insertions and removals
lines() {
  local i
  for ((i = 0; i < 1000; i++)); do
    [ "$(grep -cE -- "${card[$1]}" "$1")" -ge "$2" ] && return
    sleep .01
  done
  die "there are no $2 insertions and removals in the output '$1'"
}

"$BIN/card_replay" --quiet "$top/data/demo/iso7816.trace" >/dev/null 2>&1 &
replay=$!
"$evloop" 'Virtual PCD 00 00' $((2 * ROUNDS + 1)) >bare &
"$BIN/pcsc_scan" --json | "$evloop" --stamp >json &
"$BIN/pcsc_scan" --timestamps=none --color=never | "$evloop" --stamp >text &
lines json 1
lines text 1
lines bare 1 # which saw the reader empty first
for ((round = 0; round < ROUNDS; round++)); do
  kill -USR1 $replay
  lines bare $((2 * round + 2))
  sleep ".$((RANDOM % 4))$((RANDOM % 10))"
  kill -USR2 $replay
  lines bare $((2 * round + 3))
  sleep ".$((RANDOM % 4))$((RANDOM % 10))"
done
lines json $((2 * ROUNDS + 1))
lines text $((2 * ROUNDS + 1))
kill $replay

# late FILE -> the sorted delays in ms of its lines behind those of the bare loop
late() {
  paste <(tail -n $((2 * ROUNDS)) bare | cut -d' ' -f2) \
    <(grep -E -- "${card[$1]}" "$1" | head -n $((2 * ROUNDS + 1)) | tail -n $((2 * ROUNDS)) | cut -d' ' -f1) |
    awk '{printf "%.3f\n", ($2 - $1) / 1e6}' | sort -n
}

for kind in json text; do
  late $kind >delays
  printf 'scan_latency_%s_median\t%s\tms\n' $kind "$(sed -n "${ROUNDS}p" delays)"
  printf 'scan_latency_%s_max\t%s\tms\n' $kind "$(tail -n 1 delays)"
  printf 'scan_latency_%s_events\t%s\tcount\n' $kind "$(wc -l <delays)"
done
