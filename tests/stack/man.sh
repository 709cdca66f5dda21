#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the man pages give as an example is understood: no example ends with "usage" or "not found".
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
if [ -z "${STACK_DIR:-}" ]; then
  rm -rf "$T_TMP"
  CARD_REPLAY=$BIN/card_replay exec scripts/stack --card data/demo/iso7816.trace -- bash tests/stack/man.sh
fi
export PATH=$BIN:$PATH
mkdir "$T_TMP/here"
cd "$T_TMP/here" || exit 1
cp "$top/data/demo/sim.trace" session.trace
cp "$top/data/smartcard_list.txt" my_list.txt
ln -s "$top/data" data
echo '00 A4 00 0C 02 3F 00' >select.scr
mkdir common
cp select.scr common

# section PAGE: its EXAMPLES
section() {
  mandoc -Tutf8 -Owidth=500 "$1" | col -bx | sed -n '/^EXAMPLES$/,/^[A-Z]/p' | sed '1d;$d'
}

# commands PAGE: the lines there that call a tool of ours, without what they write outside
commands() {
  section "$1" | sed -nE "s#/var/log/#$T_TMP/#; s/^ +(\\$ )?(((printf|echo) .* \\| )?(atr_parse|pcsc_scan|scriptor|pcsc_doctor|pcsc_remote|pcsc_top|card_replay) .*)/\\2/p"
}

for page in "$top"/man/*.1 "$top"/man/smartcard_list.5; do
  count=0
  while IFS= read -r command; do
    count=$((count + 1))
    rc=0
    case $command in
      pcsc_top*) TERM=xterm timeout 2 script -qec "$command" /dev/null >out 2>err </dev/null || rc=$? ;;
      *) timeout 2 bash -c "$command" >out 2>err </dev/null || rc=$? ;;
    esac
    case $rc in
      2 | 12[5-7]) t_fail "${page##*/}: $command" "status $rc: $(cat err)" ;;
      *) t_pass "${page##*/}: $command" ;;
    esac
  done < <(commands "$page")
  t_true "${page##*/} has examples" test "$count" -gt 0
done

# blocks: what stands between .EX and .EE of scriptor-script.5, each in a file of its own, block.N, behind a command
# that gives the variables their values
blocks() {
  sed -e 's/\\-/-/g; s/\\(dq/"/g; s/\\e/\\/g' "$top/man/scriptor-script.5" | awk '
    /^\.EX$/ {in_block = 1; file = "block." ++n; print "00 84 00 00 08" >file; next}
    /^\.EE$/ {in_block = 0; close(file)}
    in_block {print >file}'
}
blocks
for block in block.*; do
  t_eq "scriptor-script.5: no mistake in $(sed -n 2p "$block")" "" \
    "$(scriptor --check "$block" 2>&1 | grep -A 2 ': error: ')"
done
t_true "scriptor-script.5 has examples" test -e block.10

section "$top/man/cardscope-recording.5" | sed -n 's/^ *{/{/p' >example.trace
rc=0
card_replay --port 1 example.trace 2>err || rc=$?
t_eq "cardscope-recording.5: the example is a recording" "3 Connection refused" "$rc $(sed -n '1s/.*: //p' err)"
t_done
