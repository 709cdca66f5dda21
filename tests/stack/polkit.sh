#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The rules that pcsc_doctor polkit-rule prints, judged by a real polkitd on a bus of its own.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
if [ -z "${POLKIT_INSIDE:-}" ]; then
  rm -rf "$T_TMP"
  if [ "$EUID" != 0 ]; then
    printf 'ok 1 - rules judged by polkitd # SKIP polkitd needs root\n1..1\n'
    exit
  fi
  POLKIT_INSIDE=1 exec unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0"
fi
cd "$T_TMP" || exit 1

pcsc=org.debian.pcsc-lite.access_pcsc
card=org.debian.pcsc-lite.access_card
other=org.debian.pcsc-lite.other # of the same policy: no rule is to touch it
odd_user='o"dd\</script>é'
odd_group="gr'oup \\\" */ x"

polkitd=
for file in /usr/lib/polkit-1/polkitd /usr/libexec/polkitd; do
  [ ! -x "$file" ] || polkitd=$file
done
t_true "polkitd is installed" test -n "$polkitd"
[ -n "$polkitd" ] || { t_done; exit 1; }

# ---- a world of its own: users, groups, actions, no rules, bus ----
mount -t tmpfs none /run
mkdir -p /run/dbus /run/actions /run/rules /run/none
{
  grep -vE ':47[0-9]{2}:' /etc/passwd
  printf '%s:x:%d:%d::/:/bin/sh\n' alice 4711 4700 bob 4712 4700 "$odd_user" 4713 4700
} >/run/passwd
{
  grep -vE ':47[0-9]{2}:' /etc/group
  printf '%s:x:%d:%s\n' plain 4700 '' cards 4721 alice "$odd_group" 4722 bob
} >/run/group
for action in "$pcsc" "$card" "$other"; do
  printf '<action id="%s"><description>d</description><message>m</message><defaults>' "$action"
  printf '<allow_any>no</allow_any><allow_inactive>no</allow_inactive><allow_active>yes</allow_active>'
  printf '</defaults></action>\n'
done | {
  echo '<?xml version="1.0" encoding="UTF-8"?><policyconfig>'
  cat
  echo '</policyconfig>'
} >/run/actions/org.debian.pcsc-lite.policy
mount --bind /run/passwd /etc/passwd
mount --bind /run/group /etc/group
mount --bind /run/actions /usr/share/polkit-1/actions
mount --bind /run/rules /etc/polkit-1/rules.d
mount --bind /run/none /usr/share/polkit-1/rules.d
dbus-daemon --system --nofork --nopidfile 2>dbus.log &
for ((i = 0; i < 500; i++)); do
  [ -S /run/dbus/system_bus_socket ] && break
  sleep .01
done

# judge: a polkitd that has read the rules as they are now
POLKITD=
judge() {
  [ -z "$POLKITD" ] || { kill "$POLKITD" && wait "$POLKITD"; } 2>/dev/null
  "$polkitd" >polkitd.log 2>&1 &
  POLKITD=$!
  for ((i = 0; i < 500; i++)); do
    grep -q 'Acquired the name' polkitd.log 2>/dev/null && return
    sleep .01
  done
  t_fail "polkitd starts" "$(cat polkitd.log)"
}

# rule ARGUMENT...: install what pcsc_doctor prints
rule() {
  rm -f /run/rules/*
  "$BIN/pcsc_doctor" polkit-rule "$@" >/run/rules/49-pcscd.rules 2>err ||
    t_fail "a rule is printed for $*" "$(cat err)"
  judge
  t_eq "polkitd takes the rule for $*" "" "$(refused)"
}

# refused: what polkitd has against the rules; that there is no logind is nothing
refused() { grep -E 'Error (compiling|evaluating|executing|loading)|SyntaxError' polkitd.log; }

# subject UID -> SUBJECT, a process of that user
subject() {
  setpriv --reuid "$1" --regid 4700 --clear-groups sleep 1000 &
  SUBJECT=$!
}
subject 4711
alice=$SUBJECT
subject 4712
bob=$SUBJECT
subject 4713
odd=$SUBJECT
for pid in "$alice" "$bob" "$odd"; do
  for ((i = 0; i < 500; i++)); do
    [ "$(cat "/proc/$pid/comm")" = sleep ] && break
    sleep .01
  done
done

# t_ask NAME WANT QUESTION...: QUESTION is SUBJECT:ACTION[:READER]; WANT a "yes" or "no" for each
t_ask() {
  local name=$1 want=$2 got=() pid action reader detail
  shift 2
  for question; do
    IFS=: read -r pid action reader <<<"$question"
    detail=()
    [ -z "$reader" ] || detail=(--detail reader "$reader")
    pkcheck --action-id "$action" --process "$pid" "${detail[@]}" >said 2>&1
    case $? in
      0) got+=(yes) ;;
      1) got+=(no) ;;
      *) got+=("$(cat said)") ;;
    esac
  done
  t_eq "$name" "$want" "${got[*]}"
}

reader='Gemalto PC Twin Reader (A1B2C3) 00 00'

# ---- without a rule, and with one that is broken ----
judge
t_ask "no rule: nobody is let in" "no no no" "$alice:$pcsc" "$bob:$pcsc" "$alice:$card:$reader"
echo 'polkit.addRule(function(' >/run/rules/49-pcscd.rules
judge
t_like "a rule that is broken is seen here" "$(refused)" 'Error compiling'

# ---- by user, by group ----
rule --user alice
t_ask "--user: the user may use the service" yes "$alice:$pcsc"
t_ask "... and every card" yes "$alice:$card:$reader"
t_ask "... and nothing else" no "$alice:$other"
t_ask "... and nobody else may" "no no no" "$bob:$pcsc" "$bob:$card:$reader" "$odd:$pcsc"
rule --user "$odd_user"
t_ask "a user whose name needs escapes: he may" "yes yes" "$odd:$pcsc" "$odd:$card:$reader"
t_ask "... and nobody else may" "no no" "$alice:$pcsc" "$bob:$pcsc"
rule --group cards
t_ask "--group: a member may" "yes yes no" "$alice:$pcsc" "$alice:$card:$reader" "$alice:$other"
t_ask "... and nobody else may" "no no no" "$bob:$pcsc" "$bob:$card:$reader" "$odd:$pcsc"
rule --group "$odd_group"
t_ask "a group whose name needs escapes: a member may" "yes no" "$bob:$pcsc" "$alice:$pcsc"

# ---- by reader ----
# one_reader STEM: allowed with any index and slot number, and no other reader is
one_reader() {
  rule --user alice --reader "$1 00 00"
  t_ask "reader $1: the service" yes "$alice:$pcsc"
  t_ask "... its card, with any numbers" "yes yes yes" "$alice:$card:$1 00 00" "$alice:$card:$1 0B 01" \
    "$alice:$card:$1 10F 00"
  t_ask "... no longer or shorter name" "no no no no no" "$alice:$card:$1 X 00 00" "$alice:$card:X $1 00 00" \
    "$alice:$card:$1" "$alice:$card:$1 00 00 00" "$alice:$card:${1%?} 00 00"
  t_ask "... no other reader, no card without one" "no no" "$alice:$card:Other Reader 00 00" "$alice:$card"
  t_ask "... for no other user" "no no" "$bob:$pcsc" "$bob:$card:$1 00 00"
}
one_reader "Gemalto PC Twin Reader (A1B2C3)"
one_reader "Quote \" and ' and \\ and \\\" reader"
one_reader "</script> <!-- */ // && || \${x} \`y\` reader"
one_reader "Lecteur à puce 読取り: reader"
one_reader 'A.B* (1) [x]+ ^$ reader'
rule --group cards --reader "First 00 00" --reader 'Se"cond 01 00'
t_ask "two readers: both, no third" "yes yes no" "$alice:$card:First 02 00" "$alice:$card:Se\"cond 00 00" \
  "$alice:$card:Third 00 00"
t_done
