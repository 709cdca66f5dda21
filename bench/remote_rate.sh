#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a tunnel costs: SELECTs a second of a bare SCardTransmit loop on the local socket, through pcsc_remote and
# through `ssh -N -L` typed by hand, all to one pcscd, by turns, ROUNDS (default 3) times. The sshd listens on a
# loopback address that acknowledges late, as networks do; vpcd's stays quick. The rates are those of the whole of
# the rounds. Prints lines NAME<TAB>VALUE<TAB>UNIT. Needs root.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$top/build} ROUNDS=${ROUNDS:-3} COUNT=${COUNT:-3000} COUNT_BARE=${COUNT_BARE:-600}

die() {
  echo "remote_rate: $*" >&2
  exit 1
}

for program in "$BIN/pcsc_remote" "$BIN/pcsc_scan" "$BIN/card_replay" "$BIN/bench/transmit_loop"; do
  [ -x "$program" ] || die "$program is missing"
done
[ "$EUID" = 0 ] || die 'sshd needs root'
if [ -z "${STACK_DIR:-}" ]; then
  export BIN ROUNDS COUNT COUNT_BARE
  CARD_REPLAY=$BIN/card_replay exec "$top/scripts/stack" --readers 2 -- bash "${BASH_SOURCE[0]}"
fi
cd "$STACK_DIR" || die 'no STACK_DIR'
export HOME=$STACK_DIR/home XDG_RUNTIME_DIR=$STACK_DIR/run
mkdir -m 700 run
# shellcheck source=tests/sshd.sh
. "$top/tests/sshd.sh"
export PATH=$PATH:/usr/sbin:/sbin
ip route add local 127.0.0.2 dev lo proto kernel scope host src 127.0.0.2 table local || die 'no route'
sshd_home
host_known far 127.0.0.2 $$
sshd_start far || die "no sshd: $(cat far/sshd.log)"

cat >card.trace <<'TRACE'
{"type":"card","format":1,"atr":"3B80800101"}
{"type":"apdu","command":"00A4040005A000000308","response":"9000"}
TRACE
"$BIN/card_replay" --quiet --any-order card.trace >/dev/null 2>&1 &
"$BIN/pcsc_scan" --wait insert --timeout 10 --no-lookup >/dev/null 2>&1 || die 'no card'
reader=$("$BIN/pcsc_scan" -r | sed -n '1s/^0: //p')

# loop NAME COUNT: prints microseconds; those that the loop itself took, not the tunnel's beginning and end
loop() {
  local from to
  from=$(date +%s%N)
  "$BIN/bench/transmit_loop" "$reader" "$2" >"out.$1" || die "$1: the loop failed"
  to=$(date +%s%N)
  [ "$(grep -c '^90 00 $' "out.$1")" = "$2" ] || die "$1: an answer is missing"
  echo $(((to - from) / 1000))
}
export -f loop die
export reader

direct() { loop direct "$COUNT"; }
# shellcheck disable=SC2016 # for the shell in the tunnel
remote() { "$BIN/pcsc_remote" far -- bash -c 'loop remote "$1"' bash "$COUNT"; }
bare() {
  local tunnel
  ssh -N -L "$STACK_DIR/bare.sock:/run/pcscd/pcscd.comm" far &
  tunnel=$!
  until_true test -S bare.sock || die 'no bare tunnel'
  PCSCLITE_CSOCK_NAME=$STACK_DIR/bare.sock loop bare "$COUNT_BARE"
  kill $tunnel
  wait $tunnel
  rm -f bare.sock
}

order=(direct remote bare)
for ((round = 0; round < ROUNDS; round++)); do
  for name in "${order[@]}"; do
    us=$($name) || die "$name failed"
    echo "$us" >>"times.$name"
  done
  order=("${order[@]:1}" "${order[0]}")
done

# rate NAME COUNT
rate() {
  printf '%s\t%s\tAPDU/s\n' "remote_rate_$1" "$(awk -v n="$2" '{us += $1} END {printf "%d", NR * n * 1000000 / us}' "times.$1")"
}
rate direct "$COUNT"
rate remote "$COUNT"
rate bare "$COUNT_BARE"
