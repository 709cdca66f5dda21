#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# atr_parse -r on the real pcscd: one card, two, none, a daemon that is gone.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

if [ "${1:-}" != --inside ]; then
  exec scripts/stack --card data/demo/sim.trace -- "$0" --inside 2>/dev/null
fi
parse=$BIN/atr_parse
sim='3B 9E 95 80 1F C7 80 31 A0 73 BE 21 00 56 43 53 43 4F 50 45 F1	ok	T=0	-'

# read_card ARG...: standard output, then the exit status
read_card() {
  local rc=0
  "$parse" --no-lookup --short "$@" 2>/dev/null || rc=$?
  echo "$rc"
}

# vpcd tells pcscd of a card within half a second
for _ in {1..100}; do
  "$parse" --check -r 0 >/dev/null 2>&1 && break
  sleep .05
done
t_eq 'the only card' "$sim"$'\n0' "$(read_card -r)"
t_eq 'by index' "$sim"$'\n0' "$(read_card -r 0)"
t_eq 'by name' "$sim"$'\n0' "$(read_card -r 'Virtual PCD 00 00')"
t_eq 'by part of the name' "$sim"$'\n0' "$(read_card --reader='00 00')"
t_eq 'an empty reader' 3 "$(read_card -r 1)"
t_eq 'an ambiguous name' 2 "$(read_card -r virtual)"
t_eq 'no such reader' 3 "$(read_card -r nobody)"
t_like 'the message lists the readers' "$("$parse" -r nobody 2>&1)" '^  1: Virtual PCD 00 01$'
"$BIN/card_replay" --port 35964 data/demo/storage.trace >/dev/null 2>&1 &
other=$!
for _ in {1..100}; do
  "$parse" --check -r 1 >/dev/null 2>&1 && break
  sleep .05
done
t_eq 'two cards' 2 "$(read_card -r)"
t_eq 'the other card' 0 "$(read_card -r 1 | tail -1)"
kill "$other"
kill "$PCSCD_PID"
while kill -0 "$PCSCD_PID" 2>/dev/null; do sleep .05; done
t_like 'no service: the message' "$("$parse" -r 2>&1)" '^atr_parse: SCardEstablishContext: .*0x8010001D'
t_eq 'no service: the status' 3 "$(read_card -r)"
t_done
