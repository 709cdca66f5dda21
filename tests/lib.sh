# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by every shell test. A test prints TAP: "ok N - name" or "not ok N - name", and ends with t_done.
#
# Environment given by tests/run: BIN (directory of the tools), FAKE (the same linked with the fake winscard).

set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$top/build}
FAKE=${FAKE:-$BIN/fake}
T_TMP=$(mktemp -d)
trap 'rm -rf "$T_TMP"' EXIT
t_count=0
t_failed=0

# A test sees nothing of the user's settings.
unset PCSC_READER SMARTCARD_LIST NO_COLOR PCSCLITE_CSOCK_NAME POSIXLY_CORRECT
export HOME=$T_TMP/home XDG_DATA_HOME=$T_TMP/data XDG_CACHE_HOME=$T_TMP/cache LC_ALL=C.UTF-8 TZ=UTC
export SHELL=$BASH # what script(1) and tmux(1) start
umask 022
mkdir -p "$HOME" "$XDG_DATA_HOME" "$XDG_CACHE_HOME"

t_pass() {
  t_count=$((t_count + 1))
  printf 'ok %d - %s\n' "$t_count" "$1"
}

# t_fail NAME [DETAIL]: DETAIL is shown as comment lines
t_fail() {
  t_count=$((t_count + 1))
  t_failed=$((t_failed + 1))
  printf 'not ok %d - %s\n' "$t_count" "$1"
  [ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}

# t_eq NAME WANT GOT
t_eq() {
  if [ "$2" = "$3" ]; then
    t_pass "$1"
  else
    t_fail "$1" "$(diff -u --label want --label got <(printf '%s\n' "$2") <(printf '%s\n' "$3") | head -60)"
  fi
}

# t_like NAME TEXT PATTERN: extended regular expression on any line
t_like() {
  if grep -Eq -- "$3" <<<"$2"; then t_pass "$1"; else t_fail "$1" "no match for /$3/ in: $2"; fi
}

# t_true NAME COMMAND...
t_true() {
  local name=$1 out
  shift
  if out=$("$@" 2>&1); then t_pass "$name"; else t_fail "$name" "status $?: $* $out"; fi
}

# t_golden NAME COMMAND...: stdout, stderr and exit status against tests/cli/expected/NAME; UPDATE=1 writes them.
# stdin of the command is stdin of t_golden.
t_golden() {
  local name=$1 want=$top/tests/cli/expected/$1 got=$T_TMP/got rc=0
  shift
  "$@" >"$got.out" 2>"$got.err" || rc=$?
  {
    echo "status $rc"
    echo "--- stdout"
    cat "$got.out"
    echo "--- stderr"
    sed "s#$top/##g; s#$T_TMP#TMP#g" "$got.err"
  } >"$got"
  if [ -n "${UPDATE:-}" ]; then
    mkdir -p "$(dirname "$want")"
    cp "$got" "$want"
  fi
  if [ ! -e "$want" ]; then
    t_fail "$name" "no tests/cli/expected/$name; run with UPDATE=1 and read what it wrote"
  elif cmp -s "$want" "$got"; then
    t_pass "$name"
  else
    t_fail "$name" "$(diff -u --label want --label got "$want" "$got" | head -80)"
  fi
}

t_done() {
  printf '1..%d\n' "$t_count"
  [ "$t_failed" = 0 ]
}
