#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How long pcsc_doctor takes: ROUNDS (default 20) runs on a healthy private stack, and one against a daemon that was
# sent SIGSTOP. Prints NAME<TAB>VALUE<TAB>UNIT.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$top/build} ROUNDS=${ROUNDS:-20}

die() {
  echo "doctor_time: $*" >&2
  exit 1
}

[[ $ROUNDS =~ ^[1-9][0-9]*$ ]] || die "ROUNDS is '$ROUNDS'"
[ -x "$BIN/pcsc_doctor" ] || die "$BIN/pcsc_doctor is missing"
if [ -z "${STACK_DIR:-}" ]; then
  export BIN ROUNDS
  exec "$top/scripts/stack" --readers 2 -- bash "${BASH_SOURCE[0]}"
fi
cd "$STACK_DIR" || die 'no STACK_DIR'

# timed STATUS -> US of one run, which must end with it
timed() {
  local start=${EPOCHREALTIME//[.,]/} status
  "$BIN/pcsc_doctor" >out 2>&1
  status=$?
  US=$((${EPOCHREALTIME//[.,]/} - start))
  [ $status = "$1" ] || die "status $status instead of $1: $(cat out)"
}

for ((round = 0; round < ROUNDS; round++)); do
  timed 0
  echo $US
done | sort -n >durations
[ "$(wc -l <durations)" = "$ROUNDS" ] || exit 1
printf 'doctor_healthy_median\t%s\tus\n' "$(sed -n "$(((ROUNDS + 1) / 2))p" durations)"
printf 'doctor_healthy_max\t%s\tus\n' "$(tail -n 1 durations)"
kill -STOP "$PCSCD_PID"
timed 1
kill -CONT "$PCSCD_PID"
printf 'doctor_silent\t%s\tus\n' $US
