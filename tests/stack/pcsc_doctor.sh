#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pcsc_doctor on the real pcscd: a healthy stack, and each fault that can be made without hardware.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
if [ -z "${STACK_DIR:-}" ]; then
  rm -rf "$T_TMP"
  CARD_REPLAY=$BIN/card_replay exec "$top/scripts/stack" --readers 2 -- bash "$0"
fi
cd "$T_TMP" || exit 1
chmod 755 .
doctor=$BIN/pcsc_doctor
demo=$top/data/demo
socket=/run/pcscd/pcscd.comm
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$T_TMP"' EXIT

now_ms() { echo $((10#${EPOCHREALTIME//[.,]/} / 1000)); }

# run OPTION...: -> STATUS MS out err
run() {
  local start
  start=$(now_ms)
  timeout 60 "$doctor" "$@" >out 2>err </dev/null
  STATUS=$?
  MS=$(($(now_ms) - start))
}

# cause: the root cause of the JSON in out: "id case"
cause() {
  sed -nE 's/.*"root_cause":\{"id":"([^"]*)","case":("([^"]*)"|null)\}.*/\1 \3/p' out
}

# finds NAME ID CASE [OPTION...]: exit status 1 with this root cause, nothing on stderr, nothing else broken above
finds() {
  local name=$1 want="$2 $3"
  shift 3
  run --json "$@"
  t_eq "$name: status and root cause" "1 $want" "$STATUS $(cause)"
  t_eq "$name: nothing on stderr" '' "$(grep -v '^fake winscard: ' err)"
  t_like "$name: the check says fail" "$(cat out)" "\"id\":\"${want% *}\",\"layer\":\"[a-z]*\",\"title\":\"[^\"]*\",\"status\":\"fail\""
}

# status_of ID: of the check in out
status_of() {
  sed -nE "s/.*\"id\":\"$1\",\"layer\":\"[a-z]*\",\"title\":\"[^\"]*\",\"status\":\"([a-z]*)\".*/\1/p" out
}

# well NAME [OPTION...]: nothing fails, nothing warns
well() {
  local name=$1
  shift
  run --json "$@"
  t_eq "$name: status and stderr" "0 " "$STATUS $(cat err)"
  t_eq "$name: every check is ok or skip" "" "$(grep -oE '"status":"(fail|warn)"' out)"
  t_like "$name: the verdict" "$(cat out)" '"verdict":"ok"'
}

# until_true COMMAND...: for 5 s at most
until_true() {
  local i
  for ((i = 0; i < 250; i++)); do
    "$@" && return
    sleep .02
  done
  return 1
}

# restart: a daemon as at the start
restart() {
  rm -rf "$socket"
  "$STACK_PCSCD" 8>&- &
  until_true test -S "$socket"
  sleep .3
  PCSCD_PID=$(cat "$STACK_DIR/pid")
}

# ---- all is well ----
well 'a healthy stack'
run
t_eq 'a healthy stack in text: the verdict' 'Nothing is wrong with PC/SC here.' "$(sed -n '/^$/{n;p;}' out)"
run -q
t_eq '-q says nothing about it' '0 ' "$STATUS $(cat out)"
"$BIN/card_replay" --quiet "$demo/iso7816.trace" >/dev/null 2>&1 &
card=$!
"$BIN/pcsc_scan" -n --wait insert --timeout 5 >/dev/null
well 'with a card, connected to' --connect
t_eq '... which is ok' 'ok' "$(status_of card-connect)"
t_like '... and its ATR is among the facts' "$(cat out)" \
  "\"atr\":\"$(sed -n '1s/.*"atr":"\([0-9A-F]*\)".*/\1/p' "$demo/iso7816.trace")\""
"$doctor" report >"$T_TMP/report"
t_like 'a report holds the readers' "$(cat "$T_TMP/report")" '^live\.readers\[1\]\.name: Virtual PCD 00 01$'
t_like '... and the release of the library' "$(cat "$T_TMP/report")" '^live\.library_version: [0-9]+\.[0-9]+'
if [ -x /usr/bin/dpkg-query ]; then
  run report
  soon=$((MS + 1200))
  printf '#!/bin/sh\nexec sleep 5\n' >slow
  chmod 755 slow
  start=$(now_ms)
  # shellcheck disable=SC2016
  unshare --mount sh -c 'mount --bind slow /usr/bin/dpkg-query && exec "$0" report' "$doctor" >out 2>err
  t_eq 'a report does not wait long for a package manager that hangs' '0 1 unknown' \
    "$? $((($(now_ms) - start) < soon)) $(sed -n 's/^live\.library_version: //p' out)"
fi

# ---- what PC/SC answers while the daemon is fine ----
# staged SCENARIO ID CASE: the doctor with the fake winscard
staged() {
  FAKE_WINSCARD=$top/tests/fake/scenarios/$1.scn doctor=$FAKE/pcsc_doctor finds "the fake plays $1" "$2" "$3"
}
staged denied reader-context D8e
staged no-service reader-context ''
staged empty reader-list D21
printf 'service freeze\n' >frozen
FAKE_WINSCARD=$T_TMP/frozen doctor=$FAKE/pcsc_doctor finds 'calls that never return' daemon-answers D20
t_true "... within their 3 s, once ($MS ms)" test "$MS" -lt 5000
FAKE_WINSCARD=$T_TMP/mistake doctor=$FAKE/pcsc_doctor finds 'a library that crashes' reader-context ''

# ---- somebody else has the card ----
mkfifo hold
"$BIN/scriptor" -x -q -r 0 <hold >/dev/null 2>&1 &
holder=$!
exec 8>hold
echo '00 A4 04 00 00' >&8
held() { "$BIN/pcsc_scan" --once --json 2>/dev/null | grep -q "$1"; }
unheld() { ! held "$1"; }
gone() { ! kill -0 "$1" 2>/dev/null; }
t_true 'exclusive: the card is held' until_true held '"EXCLUSIVE"'
finds 'exclusive' sharing-exclusive D9 --connect
t_like '... and names the holder' "$(cat out)" "process $holder \(scriptor"
"$doctor" clients >out
t_like 'clients names the holder' "$(cat out)" "^ *$holder  scriptor  user "
exec 8>&-
wait $holder
"$BIN/scriptor" -q -r 0 <hold >/dev/null 2>&1 &
holder=$!
exec 8>hold
printf 'begin\n00 A4 04 00 00\n' >&8
t_true 'transaction: the card is used' until_true held '"INUSE"'
sleep .5
finds 'a transaction' sharing-blocked D12 --connect
t_true "... in good time ($MS ms)" test "$MS" -lt 4500
exec 8>&-
wait $holder
kill $card
wait $card 2>/dev/null

# ---- a card that does not answer ----
until_true unheld '"PRESENT"'
"$BIN/card_replay" --quiet --atr 3B9F95813FFE9180318065B0850300EF0101011122334455667788990011223344DD >/dev/null 2>&1 &
card=$!
t_true 'mute: seen by PC/SC' until_true held '"MUTE"'
finds 'a mute card' card-answer D43
kill $card
wait $card 2>/dev/null

# ---- the socket ----
kill -STOP "$PCSCD_PID"
finds 'a stopped daemon' daemon-answers D20
t_true "... within its 3 s, once ($MS ms)" test "$MS" -lt 5000
kill -CONT "$PCSCD_PID"
sleep .3
well 'the daemon goes on'
PCSCLITE_CSOCK_NAME=/run/$(printf '%0120d' 0)/pcscd.comm finds 'a path longer than a socket may have' env-socket-path D19d
PCSCLITE_CSOCK_NAME=/run/left-behind finds 'a variable left behind' env-socket-leftover D19
chmod 700 /run/pcscd
if setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
  timeout 20 setpriv --reuid 65534 --regid 65534 --clear-groups "$doctor" --json >out 2>err
  t_eq 'a directory closed to this user' '1 socket-permission D18' "$? $(cause)"
  t_like '... and which one' "$(cat out)" '"denied_at":"/run/pcscd"'
  setpriv --reuid 65534 --regid 65534 --clear-groups "$doctor" -q >out
  grep -o 'chmod 0.*' out | sh
  setpriv --reuid 65534 --regid 65534 --clear-groups "$doctor" -q >out
  t_eq '... the remedy pasted opens it' "0 " "$? $(cat out)"
else
  t_pass 'a directory closed to this user # SKIP there is only one user here'
fi
chmod 755 /run/pcscd

# ---- programs that are asked and hang ----
for name in systemctl journalctl pkcheck pkaction; do
  printf '#!/bin/sh\nexec sleep 60\n' >"$name"
  chmod +x "$name"
done
echo systemd >process-1
if mount --bind process-1 /proc/1/comm && mount --bind . /usr/local/sbin; then
  mkdir -p /run/systemd/system /run/dbus
  ln -s $socket /run/dbus/system_bus_socket
  run --json
  t_like 'programs that hang: the diagnosis is made' "$STATUS $(cat out)" '^[01] .*"unit_state":null'
  t_true "... and their times do not add up ($MS ms)" test "$MS" -lt 5000
  t_true "... and they were waited for ($MS ms)" test "$MS" -gt 2000
  umount /usr/local/sbin /proc/1/comm
  rm -r /run/systemd /run/dbus
fi

# ---- a daemon that ends under the calls ----
FAKE_WINSCARD=$top/tests/fake/scenarios/no-service.scn "$FAKE/pcsc_doctor" --json >out 2>/dev/null </dev/null &
asking=$!
has_children() { [ -n "$(cat /proc/$asking/task/$asking/children)" ]; } # the probe was before
until_true has_children
kill -KILL "$PCSCD_PID"
wait $asking
t_eq 'killed while it is asked: what holds afterwards' '1 socket-refused D17' "$? $(cause)"
until_true gone "$PCSCD_PID"
restart
"$BIN/card_replay" --quiet "$demo/iso7816.trace" >/dev/null 2>&1 &
card=$!
"$BIN/pcsc_scan" -n --wait insert --timeout 5 >/dev/null
"$BIN/scriptor" -q -r 0 <hold >/dev/null 2>&1 &
client=$!
exec 8>hold
echo '00 A4 04 00 00' >&8
until_true sh -c "'$doctor' clients | grep -q '^ *$client '"
kill -KILL "$PCSCD_PID"
until_true gone "$PCSCD_PID"
restart
run --json
t_eq 'a client of the daemon before: nothing fails' '0 ' "$STATUS $(cause)"
t_eq '... and it is told of' warn "$(status_of daemon-restarted)"
t_like '... by name' "$(cat out)" "scriptor \(process $client\) may still have its connection"
exec 8>&-
wait $client $card 2>/dev/null
well 'when it has ended'
t_like 'reader.conf is read where the daemon reads it' "$(cat out)" "\"config\":\"$STACK_DIR/conf\""

kill -KILL "$PCSCD_PID"
until_true gone "$PCSCD_PID"
finds 'a stale socket' socket-refused D17
run
t_like '... with the remedy in text' "$(cat out)" '^      remedy, as root: '
t_eq '... and the layers above in one line' 1 "$(grep -c '^skip  .*not looked at: socket is broken$' <(grep daemon out))"
run -q
t_eq '-q: the same and nothing else' "1 1" "$STATUS $(grep -c '^FAIL  socket' out)"
rm -f $socket
finds 'no socket' socket-present D16b
echo text >$socket
finds 'a regular file' socket-kind D17
# ---- somebody else on the socket ----
# stranger PART: listens like pcscd, answers with the first PART bytes of what pcscd answers and then nothing
stranger() {
  rm -f $socket
  perl -MIO::Socket::UNIX -e '
    my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 9) or die;
    chmod 0666, $ARGV[0];
    my @kept;
    while (my $c = $s->accept) {
      push @kept, $c;
      sysread $c, my $ask, 20;
      syswrite $c, substr(pack("VVV", 4, 4, 0), 0, $ARGV[1]) if $ARGV[1];
    }' $socket "$1" &
  STRANGER=$!
  until_true test -S $socket
}
if command -v perl >/dev/null; then
  for part in 0 3; do
    stranger $part
    if [ $part = 0 ]; then finds 'a stranger that is silent' daemon-answers D20; else
      finds 'a stranger that stops in its answer' protocol-answer ''
    fi
    t_true "... within 3 s, once ($MS ms)" test "$MS" -lt 5000
    t_like '... and is to be ended' "$(cat out)" "perl \(process $STRANGER\) is not pcscd .*kill $STRANGER"
    kill $STRANGER
    wait $STRANGER 2>/dev/null
  done
fi
restart
well 'a daemon that was started again'

# ---- a socket forwarded by ssh ----
read -r _ outside _ </proc/self/uid_map
if ! command -v sshd >/dev/null || ! command -v ssh >/dev/null || [ "$outside" != 0 ]; then
  t_pass 'ssh # SKIP there is no sshd, or it would not run: it needs root'
  t_done
  exit
fi
mkdir -p /run/sshd ssh
ssh-keygen -q -t ed25519 -N '' -f ssh/host
ssh-keygen -q -t ed25519 -N '' -f ssh/user
cp ssh/user.pub ssh/keys
cat >ssh/sshd_config <<END
ListenAddress 127.0.0.1:2222
HostKey $T_TMP/ssh/host
AuthorizedKeysFile $T_TMP/ssh/keys
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
END
"$(command -v sshd)" -D -f "$T_TMP/ssh/sshd_config" -E "$T_TMP/ssh/log" &
listening() { (: </dev/tcp/127.0.0.1/2222) 2>/dev/null; }
until_true listening
# tunnel FAR: -> TUNNEL, a local socket that leads there
tunnel() {
  rm -f "$T_TMP/near"
  ssh -F none -N -p 2222 -i ssh/user -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes \
    -L "$T_TMP/near:$1" "$(id -un)@127.0.0.1" 2>ssh/err &
  TUNNEL=$!
  until_true test -S "$T_TMP/near"
}
export PCSCLITE_CSOCK_NAME=$T_TMP/near
tunnel $socket
t_true 'ssh: a tunnel to the daemon' test -S near
run --json
t_eq 'a tunnel that works: nothing fails' '0 ' "$STATUS $(grep -o '"status":"fail"' out)"
t_like '... and ssh is seen' "$(cat out)" '"peer_comm":"ssh"'
kill -STOP $TUNNEL
finds 'a frozen tunnel' socket-tunnel D19b
t_true "... within its 3 s, once ($MS ms)" test "$MS" -lt 5000
kill -CONT $TUNNEL
kill $TUNNEL
wait $TUNNEL 2>/dev/null
finds 'a tunnel closed, its socket left behind' env-socket-leftover D19
tunnel /run/nothing-there
finds 'nothing at the far end' socket-tunnel D19b
t_done
