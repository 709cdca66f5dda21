#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pcsc_top on a terminal (tmux) and the fake winscard: about 1,000 events a second for SECONDS_STORM (default 10), then
# 10 a second, then none without a clock. Prints NAME<TAB>VALUE<TAB>UNIT: events that happened and events in its log,
# drawings a second, and the share of a core it takes.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$top/build} FAKE=${FAKE:-$BIN/fake} SECONDS_STORM=${SECONDS_STORM:-10}

die() {
  echo "top_storm: $*" >&2
  exit 1
}

[ -x "$FAKE/pcsc_top" ] || die "$FAKE/pcsc_top is missing"
for tool in tmux strace; do command -v $tool >/dev/null || die "$tool is missing"; done
dir=$(mktemp -d)
unset TMUX
export LC_ALL=C.UTF-8 TERM=screen PCSCLITE_CSOCK_NAME=/nonexistent
mux() { tmux -u -S "$dir/tmux" -f /dev/null "$@"; }
trap 'mux kill-server 2>/dev/null; rm -rf "$dir"' EXIT
cd "$dir" || die 'no directory'

# start SCENARIO [WORD...]: -> PID
start() {
  local scenario=$1 i
  shift
  mux kill-server 2>/dev/null
  sleep .2
  FAKE_WINSCARD=$dir/$scenario mux new-session -d -x 80 -y 24 "$FAKE/pcsc_top" --no-lookup "$@" ||
    die 'no terminal'
  for ((i = 0; i < 200; i++)); do
    PID=$(mux list-panes -F '#{pane_pid}' 2>/dev/null) && mux capture-pane -p | grep -q 'Reader found' && return
    sleep .02
  done
  die 'it does not start'
}
# ticks: of the processor, user and system, of $PID
ticks() { awk '{print $14 + $15}' "/proc/$PID/stat"; }
# total: events that the log counts
total() { mux capture-pane -p | sed -nE 's/^.Events: ([0-9]+).*/\1/p'; }
# share TICKS SECONDS: of a core in per cent
share() { awk -v t="$1" -v s="$2" -v hz="$(getconf CLK_TCK)" 'BEGIN {printf "%.1f", 100 * t / hz / s}'; }

# ---- the storm: in lockstep nothing is merged, so each insertion and each removal is an event of its own ----
steps=$((SECONDS_STORM * 20)) # of 25 insertions and removals each 50 ms
{
  printf 'reader "Storm"\nlockstep\nafter 2000ms burst 25 0 3B00\n'
  for ((i = 1; i < steps; i++)); do printf 'after 48ms burst 25 0 3B00\n'; done
} >storm
start storm --no-clock
sleep 1.5
[ "$(total)" = 1 ] || die "the storm begins too early: $(total)"
before=$(ticks)
sleep $((SECONDS_STORM / 2))
timeout -s INT 2 strace -c -e trace=ioctl -o draws -p "$PID" 2>/dev/null # each drawing asks for the size once
half=$(total)
sleep $((SECONDS_STORM - SECONDS_STORM / 2))
ticks=$(($(ticks) - before))
got=$(($(total) - 1))
printf 'top_storm_events\t%s\tevents\n' $((50 * steps))
printf 'top_storm_log\t%s\tevents\n' "$got"
printf 'top_storm_rate\t%s\tper s\n' $((half / (SECONDS_STORM / 2 + 2)))
printf 'top_storm_draws\t%s\tper s\n' "$(awk '$NF == "ioctl" {print $4 / 2}' draws)"
printf 'top_storm_cpu\t%s\t%% of a core\n' "$(share "$ticks" "$SECONDS_STORM")"

# ---- ten events a second, with the clock ----
printf 'reader "Slow"\nlockstep\nafter 100ms insert 0 3B00\nafter 100ms remove 0\nafter 0ms loop\n' >slow
start slow
sleep 1
before=$(ticks) first=$(total)
sleep "$SECONDS_STORM"
printf 'top_slow_rate\t%s\tper s\n' $((($(total) - first) / SECONDS_STORM))
printf 'top_slow_cpu\t%s\t%% of a core\n' "$(share $(($(ticks) - before)) "$SECONDS_STORM")"

# ---- nothing, without the clock ----
printf 'reader "Still"\n' >still
start still --no-clock
sleep 3
timeout -s INT 5 strace -f -c -z -o calls -p "$PID" 2>/dev/null
printf 'top_idle_wakeups\t%s\tin 5 s\n' "$(awk '$NF == "total" {print $(NF - 1)} END {if (!NR) print 0}' calls)"
