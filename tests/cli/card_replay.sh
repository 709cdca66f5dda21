#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# card_replay's usage, and what it says of bad recordings. What it does in a reader: tests/stack/card_replay.sh.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
cd "$T_TMP" || exit 1

replay=$BIN/card_replay
card='{"type":"card","format":1,"atr":"3B00"}'

# recording NAME LINE...: a file of these lines
recording() {
  local name=$1
  shift
  printf '%s\n' "$@" >"$name"
}

t_golden card_replay/help "$replay" --help
t_golden card_replay/complete-options "$replay" --complete-options
t_golden card_replay/no-recording "$replay"
t_golden card_replay/two-recordings "$replay" a.trace b.trace
t_golden card_replay/recording-and-atr "$replay" --atr 3B00 a.trace
t_golden card_replay/unknown-option "$replay" --card a.trace
t_golden card_replay/quiet-and-verbose "$replay" -q -v a.trace
t_golden card_replay/atr-digit "$replay" --atr '3B 0G'
t_golden card_replay/atr-odd "$replay" --atr 3B0
t_golden card_replay/atr-empty "$replay" --atr ''
t_golden card_replay/atr-long "$replay" --atr "$(printf '3B%.0s' {1..256})"
t_golden card_replay/on-miss-digit "$replay" --on-miss 6X00 a.trace
t_golden card_replay/on-miss-length "$replay" --on-miss 6F a.trace
t_golden card_replay/port-zero "$replay" --port 0 a.trace
t_golden card_replay/port-high "$replay" --port 65536 a.trace
t_golden card_replay/delay-not-a-number "$replay" --delay-us -1 a.trace
t_golden card_replay/host-empty "$replay" --host '' a.trace
t_golden card_replay/atr-and-loop "$replay" --atr 3B00 --loop
t_golden card_replay/atr-and-any-order "$replay" --atr 3B00 --any-order

t_golden card_replay/missing-file "$replay" missing.trace
t_golden card_replay/directory "$replay" /
recording not-json.trace "$card" 'APDU 00A40000'
t_golden card_replay/not-json "$replay" not-json.trace
recording two-in-a-line.trace "$card$card"
t_golden card_replay/two-in-a-line "$replay" two-in-a-line.trace
t_golden card_replay/endless "$replay" /dev/zero
recording no-card.trace '{"type":"reset","atr":null}'
t_golden card_replay/no-card "$replay" no-card.trace
recording digit.trace "$card" '' '{"type":"apdu", "command":"00 A4 0x", "response":"9000"}'
t_golden card_replay/bad-digit "$replay" digit.trace
recording event.trace "$card" '{"type":"event","after_ms":"soon","event":"remove"}'
t_golden card_replay/bad-event "$replay" event.trace
: >empty.trace
t_golden card_replay/empty "$replay" empty.trace
recording loop.trace "$card" '{"type":"event","after_ms":5,"event":"remove"}'
t_golden card_replay/loop-without-insert "$replay" --loop loop.trace

# neither the name of a file nor what is in it reaches the terminal as it is
recording $'esc\e[31m.trace' "$card" $'{"type":\e[31m}'
t_golden card_replay/escapes "$replay" $'esc\e[31m.trace'

# nobody listens on port 1
recording good.trace "$card"
t_golden card_replay/no-vpcd "$replay" --port 1 good.trace
t_like 'an IPv6 address stands in brackets' "$("$replay" --host ::1 --port 1 good.trace 2>&1)" ' at \[::1\]:1: '
start=$SECONDS
t_golden card_replay/no-vpcd-wait "$replay" --port 1 --wait 1 --quiet good.trace
t_true 'waits as long as told, not longer' test $((SECONDS - start)) -ge 1 -a $((SECONDS - start)) -le 3
t_golden card_replay/no-such-host "$replay" --host 'no host' --wait 9 --reconnect good.trace
t_golden card_replay/reconnect-ends-on-signal timeout --preserve-status -s TERM 1 "$replay" --port 1 --reconnect good.trace

# the demo recordings are good: vpcd is missing, nothing else
for demo in "$top"/data/demo/*.trace; do
  rc=0
  "$replay" --port 1 --loop "$demo" >out 2>err || rc=$?
  t_eq "demo: ${demo##*/}" "3 Connection refused" "$rc $(sed -n '1s/.*: //p' err)"
done

t_done
