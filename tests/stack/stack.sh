#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/stack: its options, what the command finds, exit statuses, and that nothing is left.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$T_TMP" || exit 1

# stack ARG...: -> out, err, rc
stack() {
  rc=0
  CARD_REPLAY=$BIN/card_replay timeout 20 "$top/scripts/stack" "$@" >out 2>err </dev/null || rc=$?
}

# arguments | status | message
while IFS='|' read -r args status message; do
  eval "stack $args"
  t_eq "$args: status" "$status" "$rc"
  t_like "$args: says why" "$(cat err)" "^stack: $message"
done <<'ROWS'
|2|no COMMAND given
--readers 2 --|2|no COMMAND given
--readers 0 -- true|2|--readers takes a number from 1 to 16, not '0'
--readers 17 -- true|2|--readers takes a number from 1 to 16, not '17'
--readers '' -- true|2|--readers takes a number from 1 to 16, not ''
--readers|2|--readers needs a value
--card missing.trace -- true|2|cannot read .*/missing.trace
--card a --card b --card c -- true|2|3 cards do not fit into 2 readers
--log /nowhere/log -- true|2|cannot write /nowhere/log
--cards a -- true|2|unknown option '--cards'
--pcscd-args --bogus -- true|125|pcscd did not start; the end of its log
ROWS

# shellcheck disable=SC2016 # for the inner shell
while IFS='|' read -r status command; do
  stack -- sh -c "$command"
  t_eq "'$command': the status is passed on" "$status" "$rc"
done <<'ROWS'
0|true
7|exit 7
137|kill -KILL $$
ROWS
stack -- ./no-such-command
t_eq "no such command: status 127" 127 "$rc"

stack --readers 3 -- "$BIN/pcsc_scan" -r
t_eq "readers come in pairs" "stack: vpcd makes readers in pairs: 4 instead of 3" "$(cat err)"
t_eq "... and are there" "Virtual PCD 00 00
Virtual PCD 00 01
Virtual PCD B 00 00
Virtual PCD B 00 01" "$(sed 's/^[0-9]*: //' out | sort)"

stack --readers 4 --card "$top/data/demo/sim.trace" --card "$top/data/demo/storage.trace" \
  --card "$top/data/demo/iso7816.trace" -- "$BIN/pcsc_scan" --cards --json
t_eq "a card for each reader, seen by pcscd before the command starts, in their order" \
  "Virtual PCD 00 00: 3B9E95801FC78031A073BE2100564353434F5045F1
Virtual PCD 00 01: 3B8F8001804F0CA000000306030001000000006A
Virtual PCD B 00 00: 3B9F958131FE558031B87194594341524453434F5045FA
Virtual PCD B 00 01: " "$(sed -E 's/.*"reader":"([^"]*)".*"atr":("([0-9A-F]*)"|null).*/\1: \3/' out | sort)"

card='{"type":"card","format":1,"atr":"3B00"}'
printf '%s\n' "$card" 'no JSON' >broken.trace
stack --card "$top/data/demo/sim.trace" --card broken.trace -- echo command
t_eq "a broken recording: status 125, and no command" "125 " "$rc $(cat out)"
t_like "... card_replay says what is wrong" "$(cat err)" '^card_replay: .*/broken.trace:2:'
t_like "... and the stack that this is why" "$(cat err)" '^stack: no card from .*/broken.trace: card_replay ended with status 2$'
printf '#!/bin/sh\nexit 3\n' >no-vpcd
chmod +x no-vpcd
rc=0
CARD_REPLAY=$PWD/no-vpcd timeout 20 "$top/scripts/stack" --card broken.trace -- echo command >out 2>err </dev/null || rc=$?
t_eq "a card that does not reach the reader: likewise" "125 " "$rc $(cat out)"
printf '%s\n' "$card" '{"type":"event","after_ms":0,"event":"remove"}' >short.trace
stack --card short.trace -- echo command
t_eq "a card whose recording is over soon is no failure" "0 command " "$rc $(cat out) $(cat err)"

# shellcheck disable=SC2016 # for the inner shell
stack --log "$T_TMP/pcscd.log" --pcscd-args '--debug --apdu' -- sh -c 'pwd; test -d "$STACK_DIR" && kill -0 "$PCSCD_PID" && ls -d /run/pcscd /run/stack'
t_eq "what the command finds" "$T_TMP
/run/pcscd
/run/stack" "$(cat out)"
t_true "the log is where it was asked for" test -s pcscd.log
stack -- sh -c 'sleep 987654 & exit 3'
t_eq "what the command leaves running does not hold up the end" 3 "$rc"
t_eq "... and is killed" "" "$(grep -lsz '^987654$' /proc/[0-9]*/cmdline)"
t_done
