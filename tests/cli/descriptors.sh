#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every tool with a standard descriptor that is closed. See also tests/unit/test_app.c.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$T_TMP" || exit 1

# without NAME TOOL OPTION: closed, the descriptor of that name
without() {
  case $1 in
    stdin) "$FAKE/$2" "$3" <&- ;;
    stdout) "$FAKE/$2" "$3" >&- ;;
    stderr) "$FAKE/$2" "$3" 2>&- ;;
    both) "$FAKE/$2" "$3" >&- 2>&- ;;
  esac
}

for tool in atr_parse pcsc_scan card_replay; do
  for option in --help --nonesuch; do
    without stdout "$tool" "$option" 2>err
    t_eq "$tool $option without stdout: status 2 and why" "2 $tool: standard output: Bad file descriptor" "$? $(cat err)"
  done
  without both "$tool" --help
  t_eq "$tool without stdout and stderr: status 2" 2 $?
  for name in stdin stderr; do
    without $name "$tool" --help >out
    t_eq "$tool without $name: status 0" 0 $?
    t_eq "... and the same output" "$("$FAKE/$tool" --help)" "$(cat out)"
  done
done

# the files of a tool that goes on do not end up where its messages or its command look for stdin and stderr
printf 'reader "R"\n' >reader
FAKE_WINSCARD=reader "$FAKE/pcsc_scan" -n >out <&- 2>&- &
scan=$!
for _ in $(seq 100); do
  [ -s out ] && break
  sleep .02
done
t_eq "pcsc_scan without stdin and stderr" "/dev/null $T_TMP/out /dev/null" \
  "$(for fd in 0 1 2; do readlink /proc/$scan/fd/$fd; done | paste -sd' ')"
kill $scan
wait $scan
t_done
