#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pcsc_remote between this computer and three others, each with a network, an sshd and a pcscd of its own.
# shellcheck disable=SC2016 # most dollars are for the shell at the other end
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
if [ -z "${STACK_DIR:-}" ]; then
  for need in sshd ssh perl; do
    if [ "$EUID" != 0 ] || ! PATH=$PATH:/usr/sbin:/sbin command -v "$need" >/dev/null; then
      printf 'ok 1 - tunnels to other computers # SKIP they need root, sshd, ssh and perl\n1..1\n'
      exit
    fi
  done
  rm -rf "$T_TMP"
  CARD_REPLAY=$BIN/card_replay exec "$top/scripts/stack" --readers 2 --card "$top/data/demo/storage.trace" -- bash "$0"
fi
cd "$T_TMP" || exit 1
# shellcheck source=tests/sshd.sh
. "$top/tests/sshd.sh"
remote=$BIN/pcsc_remote
scan=$BIN/pcsc_scan
demo=$top/data/demo
export XDG_RUNTIME_DIR=$T_TMP/run
mkdir -m 700 run

# ---- three computers ----
sshd_home
host_begin a --readers 4 --card "$demo/iso7816.trace"
host_begin b
host_begin c --card "$demo/sim.trace"
if ! { host_join a 1 && host_join b 2 && host_join c 3; }; then
  t_fail "three hosts" "$(cat ./*/stack.err ./*/sshd.log)"
fi
here_list=$("$scan" -r)
for name in a b c; do
  declare "list_$name=$(on $name "$scan" -r)"
done
# shellcheck disable=SC2154 # declared above
t_eq "the hosts have readers of their own: 4, 2, 2 and 2 here" "4 2 2 2" \
  "$(for list in "$list_a" "$list_b" "$list_c" "$here_list"; do wc -l <<<"$list"; done | xargs)"

now_ms() { echo $((10#${EPOCHREALTIME//[.,]/} / 1000)); }

# run ARGUMENT...: pcsc_remote -> STATUS MS out err
run() {
  local start
  start=$(now_ms)
  timeout -k 5 30 "$remote" "$@" >out 2>err
  STATUS=$?
  MS=$(($(now_ms) - start))
}

# prefixed HOST: what that host lists, as one of several
prefixed() {
  local list=list_$1
  printf '%s\n' "${!list}" | sed "s/^/$1: /"
}

# await FILE PATTERN [N]: until N lines (default 1) match
matches() { [ "$(grep -cE -- "$2" "$1" 2>/dev/null)" -ge "${3:-1}" ]; }
await() { until_true matches "$@"; }

# children_named NAME: the processes below this shell, here, that are called so
children_named() {
  local pid
  for pid in $(descend $$); do
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$1" ] && [ "$(readlink /proc/self/ns/pid)" = \
      "$(readlink "/proc/$pid/ns/pid")" ] && echo "$pid"
  done
}
no_ssh() { [ -z "$(children_named ssh)" ]; }

# t_nothing_left NAME HOST...: no socket, no directory, no process, here or there
t_nothing_left() {
  local name=$1
  shift
  t_eq "$name: no socket or directory is left" "" "$(find run -mindepth 2)"
  t_true "$name: no ssh is left here" until_true no_ssh
  for host; do
    t_true "$name: no session is left on $host" until_true sshd_idle "$host"
  done
}

# insert HOST READER RECORDING [CARD_REPLAY_ARGUMENT...]: -> CARD, to be taken out by remove
insert() {
  on "$1" "$BIN/card_replay" --port $((35963 + $2)) "${@:4}" "$3" >/dev/null 2>card.log &
  CARD=$!
}
remove() {
  kill "$(descend "$CARD" | tail -n 1)"
  wait "$CARD" 2>/dev/null
}

# ---- one host, one command ----
run a -- "$scan" -r
t_eq "the readers of the other computer" "0 $list_a" "$STATUS $(cat out)"
t_eq "... and nothing is said about it" "" "$(cat err)"
t_true "... within 3 s (it took $MS ms)" test "$MS" -lt 3000
t_nothing_left "list" a
run root@a "$scan" -r
t_eq "user@host, without --" "0 $list_a" "$STATUS $(cat out)"
run -o Port=22 -p 22 -l root a -- "$scan" -r
t_eq "ssh's options" "0 $list_a" "$STATUS $(cat out)"
run -o LogLevel=DEBUG a -- true
t_like "... and its LogLevel" "$(cat err)" '^ssh: debug1: '
run -p 23 -o ConnectTimeout=5 a -- "$scan" -r
t_eq "... reach ssh: nobody listens on port 23" 3 "$STATUS"
run b -- "$scan" -r
t_eq "another host, other readers" "0 $list_b" "$STATUS $(cat out)"
run a -- sh -c 'exit 7'
t_eq "the status of the command" 7 "$STATUS"
run a -- sh -c 'kill -TERM $$'
t_eq "... that a signal ends" 143 "$STATUS"
run a -- "$T_TMP/nothing-there"
t_eq "... that is not there" 127 "$STATUS"
t_eq "stdin and stdout" "$(seq 20000 | cksum)" "$(seq 20000 | "$remote" a -- cat | cksum)"
run a -- sh -c 'echo to-stderr >&2; printf "<%s>" "$@"' sh 'a b' "it's" '$HOME' '*' ''
t_eq "stderr, and the words as they are" "to-stderr <a b><it's><\$HOME><*><>" "$(cat err) $(cat out)"
t_eq "a terminal stays one" tty "$(script -qec "'$remote' a -- sh -c 'test -t 0 && test -t 1 && echo tty'" /dev/null |
  tr -d '\r')"
run a -- sh -c 'printf "%s %s %s" "$PCSCLITE_CSOCK_NAME" \
  "$(stat -c %a%F "$PCSCLITE_CSOCK_NAME")" "$(stat -c %a "${PCSCLITE_CSOCK_NAME%/*}")"'
t_like "the socket: private, in a private directory, below XDG_RUNTIME_DIR" "$(cat out)" \
  "^$T_TMP/run/cardscope/.* 600socket 700$"
XDG_RUNTIME_DIR='' run a -- sh -c 'printf "%s %s" "$(stat -c %a "${PCSCLITE_CSOCK_NAME%/*}")" "$PCSCLITE_CSOCK_NAME"'
t_like "without XDG_RUNTIME_DIR: private, too" "$(cat out)" '^700 /'
t_true "... and gone afterwards" test ! -e "$(dirname "$(cut -d' ' -f2 out)")"
long=$T_TMP/$(printf '%0110d' 0)
mkdir -m 700 "$long"
XDG_RUNTIME_DIR=$long run a -- "$scan" -r
t_eq "an XDG_RUNTIME_DIR too long for a socket" "0 $list_a" "$STATUS $(cat out)"
# prompt SHELL: its first one, on a terminal
prompt() {
  { sleep 1 && printf 'exit 3\r' && sleep .3; } | SHELL=$1 timeout 20 script -qec "'$remote' a; echo status \$?" /dev/null | tr -d '\r'
}
for shell in /bin/sh /bin/bash; do
  t_like "... on a terminal: the prompt of $shell says it, too" "$(prompt $shell)" '(^|[^(])\(a\) .*[#$] '
done
t_like "... and its status counts" "$(prompt /bin/sh)" '^status 3$'
printf '%q -r\necho "$PCSC_REMOTE"\nexit 3\n' "$scan" | SHELL=/bin/bash "$remote" a >out 2>err
t_eq "no command: a shell, which can know where it is" "3 $list_a
a" "$? $(cat out)"
"$remote" a -- sh -c 'trap "echo caught; exit 9" TERM; echo ready; while :; do sleep .05; done' >out 2>err &
pid=$!
await out ready
kill -TERM $pid
wait $pid
t_eq "a signal is for the command" "9 ready
caught" "$? $(cat out)"
t_nothing_left "one host" a b

# ---- ssh's own ways ----
cat >>"$HOME/.ssh/config" <<CONFIG
Host behind
  HostName 127.0.0.1
  HostKeyAlias 10.77.3.2
  ProxyJump c
Host shared
  HostName 10.77.1.2
  HostKeyAlias 10.77.1.2
  ControlMaster auto
  ControlPath $T_TMP/shared-%C
  ControlPersist 60
CONFIG
run behind -- "$scan" -r
t_eq "ProxyJump" "0 $list_c" "$STATUS $(cat out)"
ssh shared true
for round in 1 2; do
  run shared -- "$scan" -r
  t_eq "ControlMaster of the user's, round $round" "0 $list_a" "$STATUS $(cat out)"
  run -R shared -- "$scan" -r
  t_eq "... with -R" "0 $here_list" "$STATUS $(cat out)"
done
t_true "... still lives" ssh -O check shared
t_eq "... and forwards nothing any more" "" "$(find run -mindepth 2)"
t_eq "... there neither" 1 "$(on a grep -c '00010000 .*pcscd\.comm' /proc/net/unix)"
t_true "... and can be ended" ssh -O exit shared
ssh -M -S "$T_TMP/master" -N -f a
"$remote" -S "$T_TMP/master" a -- sh -c 'echo ready; exec sleep 100' >out 2>err &
pid=$!
await out ready
ssh -S "$T_TMP/master" -O exit a 2>/dev/null
await err 'is lost'
kill -TERM $pid
wait $pid
t_eq "... whose end is no failure of ssh's" 'pcsc_remote: a: the tunnel is lost' "$(cat err)"
run shared -- "$scan" -r
t_eq "ControlMaster auto that is not there yet" "0 $list_a" "$STATUS $(cat out)"
ssh -O exit shared 2>/dev/null
cat >>"$HOME/.ssh/config" <<CONFIG
Host elsewhere
  HostName 10.77.3.2
  HostKeyAlias 10.77.3.2
  SessionType none
  StdinNull yes
  ForkAfterAuthentication yes
  RemoteCommand touch $T_TMP/touched
  LocalCommand touch $T_TMP/touched
  PermitLocalCommand yes
  LocalForward $T_TMP/forwarded $T_TMP/nothing
  RequestTTY force
  LogLevel QUIET
Host worse
  HostName -oProxyCommand=touch\ $T_TMP/touched
Host bad
  HostName 10.77.3.2
  HostKeyAlias 10.77.3.2
  User -oProxyCommand=touch
CONFIG
run elsewhere -- sh -c '"$1" -r; test ! -e forwarded' sh "$scan"
t_eq "a configuration for other uses of the host" "0 $list_c" "$STATUS $(cat out)"
t_eq "... and its LogLevel: nothing is said" '' "$(cat err)"
run --batch -p 23 elsewhere -- true
t_like "... but what matters" "$(cat err)" '^ssh: connect to .*refused'
run --batch worse -- true
t_eq "a HostName that begins with -" 3 "$STATUS"
run --batch bad -- true
t_eq "a User that begins with -" 3 "$STATUS"
t_true "... and none of them ran anything" test ! -e touched

# through JUMP: the slow end of a call to a card of c, in us, through a jump host
through() {
  "$remote" -J "$1" c -- "$scan" --stress=60 --json 2>err | sed -nE 's/.*"p95":([0-9]+).*/\1/p' | head -n 1
}
on a ip route add default via 10.77.1.1
on c ip route add default via 10.77.3.1
echo 1 >/proc/sys/net/ipv4/ip_forward
for jump in a dave@a 10.77.1.2 root@10.77.1.2; do
  us=$(through $jump)
  t_true "through $jump no packet waits for another (of 20 calls 19 take less than $us us)" test "${us:-99999}" -lt 20000
done
t_eq "... and nothing of that way stays" "" "$(find run -mindepth 2)"
sshd_kill a
sshd_start a 'ForceCommand sleep 20'
run -J a c -- "$scan" -r
t_eq "a jump host whose command does not end" "0 $list_c" "$STATUS $(cat out)"
t_true "... is not waited for (it took $MS ms)" test "$MS" -lt 5000
sshd_kill a
sshd_start a
SSH_AUTH_SOCK=$T_TMP/agent
ssh-agent -D -a "$SSH_AUTH_SOCK" >/dev/null 2>&1 &
agent=$!
export SSH_AUTH_SOCK
until_true test -S "$SSH_AUTH_SOCK"
ssh-add -q keys/user
run -F none -o "UserKnownHostsFile=$PWD/keys/known" 10.77.1.2 -- "$scan" -r
t_eq "an agent with the key" "0 $list_a" "$STATUS $(cat out)"
kill $agent
unset SSH_AUTH_SOCK
t_nothing_left "ssh's own ways" a c

# ---- scan ----
"$remote" a -- "$scan" --json >watch.json 2>watch.err &
watch=$!
await watch.json '"card_inserted".*"Virtual PCD 00 00"'
insert a 1 "$demo/sim.trace"
t_true "scan: an insertion there is seen here" await watch.json '"card_inserted".*"Virtual PCD 00 01"'
remove
t_true "scan: ... and the removal" await watch.json '"card_removed".*"Virtual PCD 00 01"'
kill -INT $watch
wait $watch
t_eq "scan: SIGINT ends it as without a tunnel" 0 $?
t_nothing_left "scan" a

# ---- scriptor ----
cat >select.apdu <<'END'
00 A4 00 0C 02 3F 00 => 9000
00 A4 00 04 02 3F 00 00 => 9000 62 *
reset
00 A4 02 0C 02 2F 00 => 9000|6F00
END
insert a 1 "$demo/iso7816.trace" --any-order
run a -- "$scan" --wait insert --timeout 10 --reader "Virtual PCD 00 01"
on a "$BIN/scriptor" -r 'Virtual PCD 00 01' select.apdu >there 2>&1
there=$?
run a -- sh -c '"$1" -r "Virtual PCD 00 01" select.apdu 2>&1' sh "$BIN/scriptor"
t_eq "scriptor: transcript and status as on the host itself" "$there $(cat there)" "$STATUS $(cat out err)"
t_eq "... four commands, and all went well" "0 4" "$there $(grep -c '^> ' there)"
remove

# ---- -R ----
run -R a -- "$scan" -r
t_eq "-R: the other computer sees our readers" "0 $here_list" "$STATUS $(cat out)"
t_like "-R: ... and that others there may use the card is said" "$(cat err)" 'pcsc_remote: .*a'
run -R a -- sh -c 'printf "<%s>" "$@"; readlink /proc/self/ns/net; exit 5' sh 'a b' "it's" '$HOME' '*' '' 'x;y' '\\z'
t_eq "-R: words, place and status" "5 <a b><it's><\$HOME><*><><x;y><\\\\z>$(on a readlink /proc/self/ns/net)" \
  "$STATUS $(cat out)"
t_eq "-R: stdin and stdout" "$(seq 20000 | cksum)" "$(seq 20000 | "$remote" -R a -- cat 2>/dev/null | cksum)"
run -R a -- sh -c 'printf "%s %s" "$PCSCLITE_CSOCK_NAME" "$(stat -c %a "${PCSCLITE_CSOCK_NAME%/*}")"'
t_like "-R: the far socket is in a private directory" "$(cat out)" '^/.* 700$'
t_true "-R: ... that is gone afterwards" on a test ! -e "$(dirname "$(cut -d' ' -f1 out)")"
run -R a -- sh -c 'kill -TERM $$'
t_eq "-R: a command that a signal ends there" 143 "$STATUS"
"$remote" -R a -- sh -c 'echo "$PCSCLITE_CSOCK_NAME"; exec sleep 100' >out 2>err &
pid=$!
await out /
far=$(dirname "$(cat out)")
kill -KILL $pid
wait $pid 2>/dev/null
tidy_there() { sshd_idle a && on a test ! -e "$far"; }
t_true "-R: SIGKILL here ends the command there and tidies up" until_true tidy_there
run a -- true # sweeps
# typed KEY ARGUMENT...: pcsc_remote on a terminal, where KEY comes when its command has made the file ready -> status
typed() {
  local key=$1
  shift
  rm -f ready
  {
    until_true test -e ready
    printf '%b' "$key"
    sleep .5
  } | timeout 20 script -qec "$(printf '%q ' "$remote" "$@") 2>/dev/null; echo status \$?" /dev/null |
    sed -n 's/.*status \([0-9]*\).*/\1/p'
}
waits=(sh -c 'touch "$1"; exec sleep 50' sh "$T_TMP/ready")
t_eq "Ctrl-C on a terminal" 130 "$(typed '\003' a -- "${waits[@]}")"
t_eq "-R: Ctrl-C on a terminal" 130 "$(typed '\003' -R a -- "${waits[@]}")"
t_like "-R: a shell on a terminal, with job control, and its status" "$({
  sleep 1
  printf 'case $- in *m*) exit 3 ;; esac\r'
  sleep 1
} | timeout 20 script -qec "'$remote' -R a 2>&1; echo status \$?" /dev/null)" '^status 3'
rm -f ready
"$remote" -R a -- "${waits[@]}" 2>err &
pid=$!
until_true test -e ready
kill -TERM $pid
wait $pid
t_eq "-R: SIGTERM" 143 $?
# The command there ends with the connection; it is not below sshd any more by then.
none_there() { ! on a pgrep -f "$1" >/dev/null; }
for who in pcsc_remote ssh; do
  rm -f ready
  "$remote" -R a -- sh -c 'touch "$1"; exec sleep 54.321' sh "$T_TMP/ready" 2>err &
  pid=$!
  until_true test -e ready
  victim=$pid
  [ $who = pcsc_remote ] || victim=$(pgrep -P $pid -x ssh | head -n 1)
  kill -KILL "$victim"
  wait $pid 2>/dev/null
  status=$?
  t_true "-R: SIGKILL of $who: the command there ends" until_true none_there '^sleep 54.321'
done
t_eq "-R: ... and the lost connection is a failure of the service" 3 "$status"
t_like "-R: ... which is told" "$(cat err)" 'the tunnel is lost'
printf 'echo ready\nexec sleep 54.321\n' >lines
{ cat lines && sleep 10; } | "$remote" -R a >out 2>err &
await out ready
kill -KILL $!
wait $! 2>/dev/null
t_true "-R: ... and a shell there" until_true none_there '^sleep 54.321'
run a -- true # sweeps
t_nothing_left "-R" a

# ---- many hosts ----
run -H a -H b -H c -- "$scan" -r
t_eq "three hosts, text" "0 $(for name in a b c; do prefixed $name; done)" \
  "$STATUS $(sort out && cat err)"
printf '%s\n' '# a list' a '' '  b ' root@c >hosts
run --hosts hosts -- "$scan" -c --json
t_eq "--hosts FILE, JSON: each object says its host" "0 4 a
2 b
2 root@c" "$STATUS $(sed -nE 's/^\{.*"host":"([^"]*)".*\}$/\1/p' out | sort | uniq -c | sed 's/^ *//')"
t_eq "... and nothing else is there" 8 "$(wc -l <out)"
t_eq "... as valid JSON" 8 "$(perl -MJSON::PP -ne 'decode_json($_); $n++; END {print $n}' out 2>&1)"
run -H a -H b -H c -- sh -c 'seq 3000; seq 3000 >&2; printf "no end"'
t_eq "every line comes whole, in order, from each host" "$(for name in a b c; do
  seq 3000 | sed "s/^/$name: /"
  echo "$name: no end"
done | cksum)" "$(sort -s -k1,1 out | cksum)"
t_eq "... on stderr, too" "$(for name in a b c; do seq 3000 | sed "s/^/$name: /"; done | cksum)" \
  "$(sort -s -k1,1 err | cksum)"
run -H a -H c -- printf '\033[2Jx\r\377\n{"host":"other","s":"\\u001b"}\n'
t_eq "control characters are shown, not sent, and no object names another host" 'a: \x1B[2Jx\x0D\xFF
c: \x1B[2Jx\x0D\xFF
{"host":"a","s":"\u001B"}
{"host":"c","s":"\u001B"}' "$(sort out)"
t_eq "a slow reader gets all" 60000 "$("$remote" -H a -H c -- seq 30000 | (sleep .5 && wc -l))"
"$remote" -H a -H c -- yes 2>err | head -n 1 >out
t_eq "a reader that has gone" "0 " "${PIPESTATUS[0]} $(cat err)"
"$remote" -H a -H c -- "$scan" -r >/dev/full 2>err
t_eq "a full disk: status 2" 2 $?
t_like "... and why" "$(cat err)" 'No space left'
"$remote" -H a -H b -H c -- "$scan" --json >watch.json 2>watch.err &
watch=$!
await watch.json '"reader_added"' 8
insert b 0 "$demo/iso7816.trace"
t_true "an insertion on the second of three" await watch.json '"card_inserted".*"host":"b"|"host":"b".*"card_inserted"'
kill -TERM $watch
wait $watch
t_eq "SIGTERM ends all of it" 0 $?
remove
"$remote" -H a -H c -- sh -c 'echo ready; exec sleep 65.432' >out 2>err &
pid=$!
await out ready 2
kill -KILL $pid
wait $pid 2>/dev/null
none_here() { ! pgrep -f "$1" >/dev/null; }
t_true "SIGKILL of it: the commands end" until_true none_here '^sleep 65.432'
tidy_here() { [ -z "$(find run -mindepth 2)" ]; }
until_true tidy_here
t_nothing_left "SIGKILL of it" a c
sshd_kill b
run -H a -H b -H c -- "$scan" -r
t_eq "one host fails: status 1" 1 "$STATUS"
t_eq "... the others are told in full" "$(for name in a c; do prefixed $name; done)" "$(sort out)"
t_like "... and it is reported" "$(cat err)" 'b: .*[Cc]onnection refused'
sshd_start b
cat >silent.pl <<'PERL'
use IO::Socket::INET;
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 2299, Listen => 5) or die;
while (my $client = $listener->accept) { push @held, $client }
PERL
perl silent.pl &
silent=$!
silent_listens() { (: </dev/tcp/127.0.0.1/2299) 2>/dev/null; }
until_true silent_listens
printf 'Host silent\n  HostName 127.0.0.1\n  Port 2299\n' >>"$HOME/.ssh/config"
many=(-H silent)
for _ in {1..5}; do many+=(-H a -H b -H c); done
run --batch --timeout 3 "${many[@]}" -- "$scan" -r
t_eq "16 hosts, one of them hangs: status 1" 1 "$STATUS"
t_eq "... 15 are told in full" "$(for _ in {1..5}; do for name in a b c; do prefixed $name; done; done | sort)" "$(sort out)"
t_like "... the one is reported" "$(cat err)" '^silent: .*ssh: Connection timed out'
t_true "... and does not hold up the others for longer than --timeout (it took $MS ms)" test "$MS" -lt 7000
kill $silent
run -H a -H c -- sh -c 'exit 4'
t_eq "the command fails: status 1" 1 "$STATUS"
t_nothing_left "many hosts" a b c

# ---- ten clients of one reader ----
printf '{"type":"card","format":1,"atr":"3B80800101"}\n' >ten.trace
for i in {0..9}; do
  printf '{"type":"apdu","command":"00A4040006A0000003080%d","response":"9000"}\n' "$i"
  printf '{"type":"apdu","command":"00B0000002","response":"0%d0%d9000"}\n' "$i" "$i"
  printf 'repeat 20 {\nbegin\n00 A4 04 00 06 A0 00 00 03 08 0%d => 9000\n00 B0 00 00 02 => 9000 0%d 0%d\nend\n}\n' \
    "$i" "$i" "$i" >"with$i.apdu"
  grep -vE '^(begin|end)$' "with$i.apdu" >"without$i.apdu"
done >>ten.trace
insert b 0 ten.trace --any-order --verbose
run b -- "$scan" --wait insert --timeout 10

# ten KIND: ten clients at one moment -> STATUSES
ten() {
  "$remote" b -- bash -c 'kind=$1 scriptor=$2 pids=()
    for i in {0..9}; do "$scriptor" -k -q -r "Virtual PCD 00 00" "$kind$i.apdu" >"$kind$i.out" 2>"$kind$i.err" & pids+=($!); done
    for pid in "${pids[@]}"; do wait "$pid"; printf "%s " "$?"; done' bash "$1" "$BIN/scriptor" 2>err
}

# pairs [FIRST_LINE]: what the card saw from there on: READs, and those of them that follow the client's own SELECT
pairs() {
  tail -n "+${1:-1}" card.log | awk '
    /^> 00 A4 / {selected = $NF}
    /^> 00 B0 / {reads++; asked = selected; selected = ""}
    /^< .. .. 90 00/ {if ($2 == asked) whole++; asked = ""}
    END {print reads + 0, whole + 0}'
}
t_eq "ten clients at the same instant, with transactions: all go well" "0 0 0 0 0 0 0 0 0 0 " "$(ten with)"
t_eq "... nothing is said by them" "" "$(cat with?.err)"
t_eq "... 200 pairs of SELECT and READ, none torn" "200 200" "$(pairs)"
lines=$(wc -l <card.log)
ten without >/dev/null
read -r reads whole <<<"$(pairs $((lines + 1)))"
t_true "without transactions pairs are torn ($whole of $reads whole): the count can tell" test "$whole" -lt "$reads"
for round in 1 2 3; do
  t_eq "ten lists at the same instant, round $round" "0 0 0 0 0 0 0 0 0 0 " "$("$remote" b -- bash -c 'pids=()
    for i in {0..9}; do "$1" -r >list$i 2>list$i.err & pids+=($!); done
    for pid in "${pids[@]}"; do wait "$pid"; printf "%s " "$?"; done' bash "$scan" 2>err)"
  t_eq "... all the same" "$(for _ in {0..9}; do echo "$list_b"; done)" "$(cat list? list?.err)"
done
for round in 1 2 3; do
  pids=()
  for i in {0..9}; do
    "$remote" b -- "$scan" -r >"list$i" 2>"list$i.err" &
    pids+=($!)
  done
  statuses=''
  for pid in "${pids[@]}"; do
    wait "$pid"
    statuses+="$? "
  done
  t_eq "ten tunnels at the same instant, round $round" "0 0 0 0 0 0 0 0 0 0 " "$statuses"
  t_eq "... all the same" "$(for _ in {0..9}; do echo "$list_b"; done)" \
    "$(cat list? && grep -hv ': a client was not let through: ' list?.err)"
done
remove
t_nothing_left "ten" b

# ---- sshd goes and comes back ----
"$remote" --reconnect c -- "$scan" --json >watch.json 2>watch.err &
watch=$!
await watch.json '"card_inserted"'
sshd_kill c
start=$(now_ms)
t_true "--reconnect: the loss is told" await watch.err 'pcsc_remote: .*c'
t_true "--reconnect: ... and what is in the way" await watch.err 'c: not yet: .*no sshd listens there'
t_true "... at once ($(($(now_ms) - start)) ms)" test $(($(now_ms) - start)) -lt 1500
t_true "--reconnect: pcsc_scan sees service_lost" await watch.json '"service_lost"'
sleep .5
sshd_start c
t_true "--reconnect: ... and service_back" await watch.json '"service_back"'
insert c 1 "$demo/iso7816.trace"
t_true "--reconnect: ... and an insertion after that" await watch.json '"card_inserted".*"Virtual PCD 00 01"'
t_eq "--reconnect: service_lost and service_back, once each" "1 1" \
  "$(grep -c '"service_lost"' watch.json) $(grep -c '"service_back"' watch.json)"
remove
kill -TERM $watch
wait $watch
t_eq "--reconnect: ends as it should" 0 $?
t_nothing_left "--reconnect" c
"$remote" c -- "$scan" --json --exit-on-service-loss >watch.json 2>watch.err &
watch=$!
await watch.json '"card_inserted"'
sshd_kill c
wait $watch
t_eq "without --reconnect: the command notices, its status counts" 3 $?
t_like "... and the loss is told" "$(cat watch.err)" '^pcsc_remote: .*c'
sshd_start c
t_nothing_left "without --reconnect" c

# ---- pcscd there goes and comes back ----
"$remote" b -- "$scan" --json >watch.json 2>watch.err &
watch=$!
await watch.json '"reader_added"' 2
on b sh -c 'kill -KILL "$1"' sh "$(on b cat /run/stack/pid)"
t_true "pcscd there is killed: service_lost" await watch.json '"service_lost"'
t_true "... and that nobody gets through is told" await watch.err '^pcsc_remote: b: .*not let through'
on b /run/stack/pcscd &
t_true "... is started again: service_back, through the same tunnel" await watch.json '"service_back"'
kill -TERM $watch
wait $watch
t_eq "... and ends well" 0 $?
t_nothing_left "pcscd there" b

# ---- killed ----
"$remote" a -- sh -c 'echo "$PCSCLITE_CSOCK_NAME"; exec sleep 100' >out 2>err &
pid=$!
"$remote" c -- sh -c 'echo "$PCSCLITE_CSOCK_NAME"; exec sleep 100' >living 2>err &
living=$!
await out /
await living /
stale=$(cat out)
kill -KILL $pid
wait $pid 2>/dev/null
t_true "SIGKILL: its ssh ends" until_true sshd_idle a
t_true "SIGKILL: (this test begins with something left behind)" test -e "${stale%/*}"
run b -- true
t_true "the next run sweeps it" test ! -e "${stale%/*}"
t_true "... and spares the living" test -S "$(cat living)"
run --status
t_like "--status: the one that lives" "$(cat out)" "c .*$(cat living)"
t_eq "... and no other" 1 "$(grep -c "$T_TMP/run" out)"
run --status --json
t_like "--status --json" "$(cat out)" '"host":"c"'
run --print-env c
t_eq "--print-env: status" 0 "$STATUS"
t_eq "--print-env: fit for a script" "$list_c" "$(eval "$(cat out)" && "$scan" -r)"
kill -TERM $living
wait $living
t_eq "SIGTERM for the command" 143 $?
run --status
t_eq "--status: none lives" "" "$(grep "$T_TMP/run" out)"
t_nothing_left "killed" a c

# ---- --share ----
# may USER: connect to the socket of the tunnel, with OPTION...
may() {
  "$remote" "$@" a -- setpriv --reuid 4711 --regid 4711 --clear-groups perl -MIO::Socket::UNIX -e \
    'print IO::Socket::UNIX->new(Peer => $ENV{PCSCLITE_CSOCK_NAME}) ? "yes" : "no: $!"' 2>share.err
}
t_like "others may not use the tunnel" "$(may)" '^no: Permission denied'
t_eq "--share all: they may" yes "$(may --share all)"
t_like "... and that is said" "$(cat share.err)" '^pcsc_remote: '
t_eq "--share GROUP: one who is not of it may not" 'no: Permission denied' "$(may --share nogroup)"
t_eq "--share GROUP: one who is may" yes "$("$remote" --share nogroup a -- setpriv --reuid 4711 --regid 4711 --groups \
  "$(getent group nogroup | cut -d: -f3)" perl -MIO::Socket::UNIX -e \
  'print IO::Socket::UNIX->new(Peer => $ENV{PCSCLITE_CSOCK_NAME}) ? "yes" : "no: $!"' 2>share.err)"
t_like "... and that is said" "$(cat share.err)" 'warning: group nogroup can use the cards: PCSCLITE_CSOCK_NAME=/tmp/'
"$remote" --share all --reconnect a -- sh -c 'echo "$PCSCLITE_CSOCK_NAME"; exec sleep 100' >out 2>err &
pid=$!
await out /
sshd_kill a
await err 'is lost'
sshd_start a
await err 'is back'
t_eq "--share: also when the tunnel is back" 666 "$(stat -c %a "$(cat out)")"
kill -TERM $pid
wait $pid
t_nothing_left "--share" a

# ---- failures ----
# begin KEY ARGUMENT...: run, in the background; finish KEY waits for it
begin() {
  mkdir -p "$1"
  rm -f "$1/ended"
  {
    cd "$1" && run "${@:2}"
    echo "$STATUS $MS" >ended
  } &
}
finish() {
  until_true test -s "$1/ended" || echo "none 99999" >"$1/ended"
  read -r STATUS MS <"$1/ended"
  cp "$1/out" "$1/err" .
}

# fails NAME STATUS PATTERN ARGUMENT...: ends with this status and message
fails() {
  run "${@:4}"
  failed "$@"
}

# failed NAME STATUS PATTERN: what was run last has
failed() {
  local name=$1 status=$2 pattern=$3
  t_eq "$name: status" "$status" "$STATUS"
  t_like "$name: message" "$(cat err)" "$pattern"
  t_eq "$name: stdout" "" "$(cat out)"
  t_true "$name: within 8 s (it took $MS ms)" test "$MS" -lt 8000
}
list=(-- "$scan" -r)
fails "unknown host" 3 'no-such-host.invalid' -o ConnectTimeout=5 no-such-host.invalid "${list[@]}"
t_like "... with ssh's own message" "$(cat err)" 'Could not resolve hostname'
fails "host unreachable" 3 'can not be reached|unreachable' -o ConnectTimeout=2 10.78.0.1 "${list[@]}"
fails "host key unknown, --batch" 3 'key' --batch -o UserKnownHostsFile=/dev/null b "${list[@]}"
t_like "... with ssh's own message" "$(cat err)" 'Host key verification failed'
fails "key refused, --batch" 3 'login was refused' --batch -F none \
  -o "UserKnownHostsFile=$PWD/keys/known" -o IdentityAgent=none 10.77.2.2 "${list[@]}"
t_like "... with ssh's own message" "$(cat err)" 'Permission denied \(publickey'
fails "no shell there" 3 'does not run commands' dave@b "${list[@]}"
fails "no such socket" 3 'pcscd is not running there' --remote-socket /run/nothing b "${list[@]}"
on b chmod 600 /run/pcscd/pcscd.comm
fails "a socket closed to the user there" 4 'may not connect' carol@b "${list[@]}"
on b chmod 666 /run/pcscd/pcscd.comm
run carol@b "${list[@]}"
t_eq "another user there" "0 $list_b" "$STATUS $(cat out)"

# a pcscd that is none: KIND is what it does with who comes
cat >pcscd.pl <<'PERL'
use IO::Socket::UNIX;
my ($kind, $path) = @ARGV;
my $listener = IO::Socket::UNIX->new(Local => $path, Listen => 5) or die "$path: $!";
my @held;
while (my $client = $listener->accept) {
  push @held, $client and next if $kind eq 'silent';
  sysread $client, my $request, 20 if $kind ne 'unread';
  syswrite $client, pack('l l L', 9, 9, 0x8010001E) if $kind eq 'version';
  syswrite $client, "220 ready for mail\r\n" if $kind eq 'garbage';
  close $client;
}
PERL
kinds=(closed unread version garbage silent)
for kind in "${kinds[@]}"; do
  on b perl "$PWD/pcscd.pl" "$kind" "/run/$kind.sock" 2>stand_in.err &
done
for kind in "${kinds[@]}"; do
  until_true on b test -S "/run/$kind.sock"
  begin "$kind" --timeout 2 --remote-socket "/run/$kind.sock" b "${list[@]}"
done
finish closed
failed "polkit refuses there" 4 'polkit'
finish unread
failed "polkit refuses there, at once" 4 'polkit'
finish version
failed "another version of the protocol" 3 'version'
finish garbage
failed "something that is not pcscd" 3 'not pcscd'
finish silent
failed "no answer within --timeout" 3 'does not answer'
t_true "... --timeout counts ($MS ms)" test "$MS" -lt 4500
pcscd_b=$(on b cat /run/stack/pid)
on b sh -c 'kill -STOP "$1"' sh "$pcscd_b"
fails "a pcscd that hangs" 3 'does not answer' --timeout 1 b "${list[@]}"
fails "... and whose queue fills meanwhile" 3 'does not answer' --timeout 5 b "${list[@]}"
fails "... and is full" 3 'does not connect' b "${list[@]}"
on b sh -c 'kill -CONT "$1"' sh "$pcscd_b"
run b "${list[@]}"
t_eq "... and goes on" "0 $list_b" "$STATUS $(cat out)"
run --check b
t_eq "--check: all is well" 0 "$STATUS"
sshd_kill b
sshd_start b 'AllowStreamLocalForwarding no'
fails "sshd refuses, a quiet ssh" 3 'refuses to forward' -o LogLevel=QUIET b "${list[@]}"
t_true "... told at once (it took $MS ms)" test "$MS" -lt 3000
ssh -M -S "$T_TMP/master" -N -f b
fails "sshd refuses, over a connection of the user's" 3 'refuses to forward' -S "$T_TMP/master" b "${list[@]}"
ssh -S "$T_TMP/master" -O exit b
sshd_kill c
sshd_start c 'DisableForwarding yes'
begin allow b "${list[@]}"
begin disable c "${list[@]}"
begin reverse -R b "${list[@]}"
begin check --check b
for name in allow disable reverse; do
  finish $name
  failed "sshd refuses, $name" 3 'refuses to forward'
  t_like "... with the remedy" "$(cat err)" 'AllowStreamLocalForwarding yes'
done
finish check
t_eq "... --check: status 1" 1 "$STATUS"
t_like "... --check: the remedy" "$(cat out err)" 'AllowStreamLocalForwarding'
sshd_kill b
sshd_start b 'AllowStreamLocalForwarding remote'
touch before
fails "sshd forwards in the other direction only" 3 'does not connect to the socket' b "${list[@]}"
t_like "... with the remedy" "$(cat err)" 'AllowStreamLocalForwarding yes'
t_eq "... and nothing stays there of having tried it" '' "$(find /tmp -maxdepth 1 -name 'cardscope-probe*' -newer before)"
sshd_kill b
fails "no sshd" 3 'no sshd listens there' b "${list[@]}"
t_like "... with ssh's own message" "$(cat err)" 'Connection refused'
run --check b
t_eq "--check, no sshd: status 1" 1 "$STATUS"
sshd_start b
on b sh -c 'kill -KILL "$1"' sh "$pcscd_b"
fails "a pcscd that was killed" 3 'left its socket behind' b "${list[@]}"
run --check --json b
t_eq "--check --json, killed pcscd: status 1" 1 "$STATUS"
t_like "... says stale" "$(cat out)" '"stale"'
on b rm /run/pcscd/pcscd.comm
fails "no pcscd" 3 'pcscd is not running there' b "${list[@]}"

# ---- nobody gets options into ssh ----
fails "a host that begins with -" 2 'pcsc_remote: ' -- "-oProxyCommand=touch $T_TMP/injected" true
fails "a user that begins with -" 2 'pcsc_remote: ' -- "-oProxyCommand=touch $T_TMP/injected;@a" true
fails "... as a URL" 2 'pcsc_remote: ' "ssh://-oProxyCommand=touch $T_TMP/injected;@a" true
fails "... in an option" 2 'pcsc_remote: ' -l "-oProxyCommand=touch $T_TMP/injected;" a true
fails "a jump host that begins with -" 2 'pcsc_remote: ' -J "-oProxyCommand=touch $T_TMP/injected;" a true
fails "a host with a control character" 2 'pcsc_remote: ' $'a\nb' true
fails "... of several" 2 'pcsc_remote: ' -H a -H "-oProxyCommand=touch $T_TMP/injected" -- true
echo "-oProxyCommand=touch $T_TMP/injected" >hosts
fails "... of a file" 2 'pcsc_remote: ' --hosts hosts -- true
PCSC_REMOTE="-oProxyCommand=touch $T_TMP/injected" SSH_ASKPASS="touch $T_TMP/injected" run a -- true
t_eq "none of it was run" "0 no" "$STATUS $(ls injected* 2>/dev/null || echo no)"
t_nothing_left "failures" a b c
t_done
