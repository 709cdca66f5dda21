#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The demonstration tells its story, ends by itself, and says what is wrong when it can not.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$T_TMP" || exit 1
demo=$top/scripts/demo
export BIN

began=$SECONDS
rc=0
"$demo" >out 2>err || rc=$?
t_eq "ends well" "0 " "$rc $(cat err)"
t_true "in less than 20 s" test $((SECONDS - began)) -lt 20
t_eq "shows what is typed" '$ pcsc_scan --quiet &
$ card_replay data/demo/iso7816.trace &
$ kill %2
$ card_replay data/demo/storage.trace &
$ atr_parse --short --reader 0
$ echo '"'FF CA 00 00 00 => 9000'"' | scriptor --verbose' "$(grep '^\$ ' out)"
t_like "a card comes" "$(cat out)" 'Card inserted$'
t_like "its ATR is explained" "$(cat out)" '^\+ TCK = FA .*\[22\]$'
t_like "the card is named" "$(cat out)" 'cardscope demonstration: a file system card'
t_like "it goes" "$(cat out)" 'Card removed$'
t_like "another is named" "$(cat out)" '^3B 8F .*	T=0,T=1	.*MIFARE Classic 1K'
t_like "scriptor: what went" "$(cat out)" '^> FF CA 00 00 00$'
t_like "... in words" "$(cat out)" '^# reader GET DATA UID'
t_like "... and what came" "$(cat out)" '^< 08 C5 C0 9E 90 00 : done$'
t_eq "two lines of summary at the end" "" "$(tail -n 3 out | head -n 1)"
t_eq "no colours in a pipe" "" "$(grep -c $'\e' out | grep -vx 0)"

mkdir lacking
ln -s "$BIN/pcsc_scan" "$BIN/atr_parse" "$BIN/scriptor" lacking
rc=0
BIN=lacking "$demo" >out 2>err || rc=$?
t_eq "a missing tool is named" "1 demo: TMP/lacking/card_replay is missing: run make" "$rc $(sed "s#$T_TMP#TMP#" err)"

# a daemon that dies under it
ln -s /bin/true lacking/card_replay
rm lacking/pcsc_scan
# shellcheck disable=SC2016 # for the inner shell
printf '#!/bin/sh\nkill -KILL "$PCSCD_PID"; sleep .2; echo Virtual PCD 00 01; sleep 9\n' >lacking/pcsc_scan
chmod +x lacking/pcsc_scan
rc=0
BIN=lacking "$demo" >out 2>err || rc=$?
t_eq "a lost daemon: status 1" 1 "$rc"
t_like "... what was missed is said" "$(cat err)" "^demo: pcsc_scan did not show 'cardscope demonstration' within 5 s"
t_like "... and that the daemon has gone" "$(cat err)" '^demo: its pcscd has ended'
t_done
