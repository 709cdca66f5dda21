#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Resident memory of pcsc_scan on the fake winscard after 100 and after 10,000 insertions and removals, with the
# installed card lists loaded. Prints NAME<TAB>VALUE<TAB>UNIT.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$top/build} FAKE=${FAKE:-$BIN/fake}

die() {
  echo "scan_memory: $*" >&2
  exit 1
}

[ -x "$FAKE/pcsc_scan" ] || die "$FAKE/pcsc_scan is missing"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# memory LABEL FIELD: of $scan
memory() { printf 'scan_memory_%s\t%s\tKiB\n' "$1" "$(awk -v f="$2:" '$1 == f {print $2}' "/proc/$scan/status")"; }

# lines N: until the output has that many
lines() {
  local i
  for ((i = 0; i < 3000; i++)); do
    [ "$(wc -l <"$dir/out")" -ge "$1" ] && return
    kill -0 $scan 2>/dev/null || break
    sleep .02
  done
  die "only $(wc -l <"$dir/out") of $1 events came: $(cat "$dir/err")"
}

cat >"$dir/scenario" <<'END'
reader "Virtual PCD 00 00"
lockstep
after 300ms burst 50 0 3B951381018073FF01000B
after 1000ms burst 4950 0 3B951381018073FF01000B
END
: >"$dir/out"
FAKE_WINSCARD=$dir/scenario "$FAKE/pcsc_scan" --json >"$dir/out" 2>"$dir/err" &
scan=$!
lines 101
sleep .2
memory after_100 VmRSS
lines 10001
sleep .2
memory after_10000 VmRSS
memory peak VmHWM
printf 'scan_memory_events\t%s\tcount\n' "$(grep -c '"event":"card_' "$dir/out")"
kill -TERM $scan
wait $scan
