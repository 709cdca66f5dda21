#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How often an idle pcsc_scan wakes up: every thread's system calls are counted by strace over SECONDS_IDLE
# (default 10), once all that follows the start has settled. Prints NAME<TAB>VALUE<TAB>UNIT.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$top/build} SECONDS_IDLE=${SECONDS_IDLE:-10}

die() {
  echo "scan_idle: $*" >&2
  exit 1
}

command -v strace >/dev/null || die 'strace is missing'
[ -x "$BIN/pcsc_scan" ] || die "$BIN/pcsc_scan is missing"
if [ -z "${STACK_DIR:-}" ]; then
  export BIN SECONDS_IDLE
  exec "$top/scripts/stack" --readers 2 -- bash "${BASH_SOURCE[0]}"
fi
cd "$STACK_DIR" || die 'no STACK_DIR'
"$BIN/pcsc_scan" --json >out 2>err &
scan=$!
sleep 2.5
# strace counts the calls that were under way when it came as interrupted and begun anew; -z leaves those out.
strace -f -c -z -o calls -p $scan 2>trace.err &
trace=$!
sleep "$SECONDS_IDLE"
[ "$(grep -c reader_added out)" = 2 ] || die "pcsc_scan does not see the readers: $(cat err)"
for status in "/proc/$scan/task/"*/status; do
  grep -q '^TracerPid:.[1-9]' "$status" || die "strace does not trace every thread: $(cat trace.err)"
done
kill -INT $trace
wait $trace
kill -TERM $scan
wait $scan
calls=$(awk '$NF == "total" {print $(NF - 1)}' calls) || die 'strace counted nothing'
printf 'scan_idle_syscalls\t%s\tin %s s\n' "${calls:-0}" "$SECONDS_IDLE"
printf 'scan_idle_wakeups\t%s\tper s\n' "$(awk -v n="${calls:-0}" -v s="$SECONDS_IDLE" 'BEGIN {print n / s}')"
