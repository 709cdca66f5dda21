#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pcsc_remote's usage and, with a stand-in for ssh, what it starts and what it says of each failure. With a real sshd:
# tests/stack/pcsc_remote.sh.
# shellcheck disable=SC2016 # most dollars are for the stand-in's shell
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$T_TMP" || exit 1
remote=$BIN/pcsc_remote
export XDG_RUNTIME_DIR=$T_TMP/run PATH=$T_TMP/bin:$PATH
mkdir -m 700 run
mkdir bin

# The stand-in appends its words to ssh.log. Logging in, it prints $LOGIN on stdout and $SAID on stderr, and ends with
# $LOGIN_STATUS or, for "stay", when its input does. Forwarding prints $FORWARD_SAID and ends with $FORWARD_STATUS;
# a listener of perl takes the socket's place and answers each client, after the first $BUSY, with $ANSWER (none:
# closes, and prints $TELL). A probe of the other
# direction ends with $PROBE_STATUS. $CONFIG is what ssh -G prints.
cat >bin/stand-in <<'END'
#!/usr/bin/env bash
{ printf '<%s>' "$@"; echo; } >>"$SSH_LOG"
case " $* " in
  *' -G '*) [ -n "${CONFIG:-}" ] || exit 1; printf '%s\n' "$CONFIG" ;;
  *' -O forward -R /tmp/cardscope-probe'*) exit "${PROBE_STATUS:-0}" ;;
  *' -O forward '*)
    [ -z "${FORWARD_SAID:-}" ] || echo "$FORWARD_SAID" >&2
    [ "${FORWARD_STATUS:-0}" = 0 ] || exit "$FORWARD_STATUS"
    spec=$(grep -oE ' -[LR] [^ ]+' <<<" $*" | cut -d' ' -f3)
    [ -z "${ANSWER:-}" ] || setsid perl -e '
      use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un($ARGV[0])) or die; listen(S, 9);
      open(P, ">>", $ENV{SSH_PIDS}); print P "$$\n"; close(P); open(STDERR, ">", "/dev/null"); open(STDOUT, ">&", \*STDERR);
      alarm(20);
      while (accept(C, S)) { sysread(C, $x, 20); my $answer = $n++ < ($ENV{BUSY} // 0) ? "none" : $ENV{ANSWER};
        print {*C} pack("H*", $answer) if $answer ne "none";
        if ($answer eq "none" && $ENV{TELL}) { open(F, ">>", $ENV{SSH_FIFO}); print F "$ENV{TELL}\n"; close(F) }
        close(C) }' "${spec%%:*}" &
    for _ in {1..100}; do [ -S "${spec%%:*}" ] || [ -z "${ANSWER:-}" ] && break; sleep .02; done
    exit 0
    ;;
  *' -O '*) exit 0 ;;
  *' -T '*|*' -t '*)
    case $* in *cardscope-far*) ;; *) eval "${*: -1}"; exit ;; esac
    [ -z "${HANG_UP:-}" ] || kill -HUP $PPID
    [ -z "${SAID:-}" ] || echo "$SAID" >&2
    [ -z "${LOGIN:-}" ] || printf '%s\n' "$LOGIN"
    [ "${LOGIN_STATUS:-stay}" = stay ] || exit "$LOGIN_STATUS"
    if [ -n "${TELL:-}" ]; then tail -f "$SSH_FIFO" >&2 & told=$!; fi
    cat >/dev/null
    [ -z "${told:-}" ] || kill "$told"
    ;;
esac
END
chmod +x bin/stand-in
export SSH_LOG=$T_TMP/ssh.log SSH_PIDS=$T_TMP/pids SSH_FIFO=$T_TMP/told
ln -s stand-in bin/ssh
: >told
: >pids
yes=040000000400000000000000 # protocol 4:4, accepted
no=09000000090000001E001080  # protocol 9:9, refused
here='cardscope-far: socket /run/pcscd/pcscd.comm'

# end_listeners: those of the stand-in
end_listeners() {
  local pid
  while read -r pid; do kill "$pid" 2>/dev/null; done <pids
  : >pids
  : >told
}

# golden NAME ARGUMENT...: without names that change from run to run
golden() {
  local name=$1
  shift
  t_golden "pcsc_remote/$name" masked "$remote" "$@"
  end_listeners
}
masked() {
  local status=0
  "$@" >masked.out 2>masked.err </dev/null || status=$?
  mask <masked.out
  mask <masked.err >&2
  return "$status"
}
mask() { sed -E "s#cardscope/remote-[A-Za-z0-9]{6}#cardscope/remote-XXXXXX#g; s#$T_TMP#TMP#g; s/[0-9.]+ ms/N ms/; s/pid [0-9]+/pid N/; s/since [-0-9T:.+]+/since WHEN/"; }

# ---- usage ----
golden help --help
golden complete-options --complete-options
golden no-host
golden no-command -H a
golden unknown-option --nonsense
golden host-dash -- -oProxyCommand=x
golden host-control $'a\e[31m'
golden host-bytes $'a\xff'
golden user-dash -l -x a
golden jump-dash -J -x a
golden several-host-dash -H a -H -x -- true
golden hosts-missing --hosts nothing -- true
printf '# none\n\n' >empty
golden hosts-empty --hosts empty -- true
printf 'a\n-oProxyCommand=x\n' >bad
golden hosts-bad --hosts bad -- true
printf 'a # one\nb c\n' >two
golden hosts-two-on-a-line --hosts two -- true
printf 'a\0\nb\n' >bytes
golden hosts-bytes --hosts bytes -- true
golden reverse-several -R -H a -- true
golden reverse-reconnect -R --reconnect a
golden check-command --check a true
golden json-alone --json a
golden timeout-zero --timeout 0 a
golden socket-relative --remote-socket pcscd.comm a
golden socket-expanded --remote-socket '/run/%h' a
golden ssh-empty --ssh '' a
t_true "nothing was started for any of them" test ! -s ssh.log

# ---- what is started ----
export LOGIN=$here ANSWER=$yes
golden command a -- sh -c 'echo "$PCSC_REMOTE $PCSCLITE_CSOCK_NAME"; exit 7'
mask <ssh.log >started
t_golden pcsc_remote/started cat started
: >ssh.log
golden command-not-found a nothing-of-this-name
: >file-that-can-not-be-run
golden command-not-executable a ./file-that-can-not-be-run
golden command-killed a sh -c 'kill -KILL $$'
golden banner a true
SAID=$'Welcome \e[31mred' golden said a true
: >ssh.log
golden options -4 -p 2222 -i key -J gate -o Compression=yes -v --batch --timeout 3 --remote-socket /x/y a true
head -n 2 ssh.log | tail -n 1 | mask >options-started
t_golden pcsc_remote/options-started cat options-started
: >ssh.log
CONFIG=$'proxyjump me@gate:2222\nserveraliveinterval 5\nsessiontype none' golden configured --batch -F file a true
mask <ssh.log >configured-started
t_golden pcsc_remote/configured-started cat configured-started
: >ssh.log
CONFIG=$'serveraliveinterval 0\nproxyjump gate\ncontrolmaster auto\ncontrolpath /own/gate' golden configured-master a true
t_eq "a jump host with a ControlMaster of the user's: the session is there, and -J is ssh's" \
  '1 0' "$(grep -c -- '<-S></own/gate><-T><--><gate><true>' ssh.log) $(grep -c 'ProxyCommand= .*gate' ssh.log)"
t_eq "... and asks a silent host whether it lives, as nobody else does" 1 "$(grep -c '<-o><ServerAliveInterval=15>' ssh.log)"
for length in 29 30 31 32 33 60; do
  runtime=/tmp/cardscope-test-$(printf '%0*d' $((length - 20)) $$)
  mkdir -m 700 "$runtime"
  t_eq "XDG_RUNTIME_DIR of ${#runtime} characters" "$((length > 32)) 0" \
    "$(XDG_RUNTIME_DIR=$runtime "$remote" a -- sh -c 'case $PCSCLITE_CSOCK_NAME in $XDG_RUNTIME_DIR/*) echo 0 ;; *) echo 1 ;; esac') $?"
  rm -r "$runtime"
  end_listeners
done
t_eq "nohup: a hang-up while it logs in" "alive 0" "$(trap '' HUP; HANG_UP=1 "$remote" a echo alive) $?"
end_listeners
golden check --check a
golden check-json --check --json a
golden print-env a sh -c "'$remote' --print-env a; '$remote' --print-env b; '$remote' --status"
golden print-env-none --print-env
golden status-none --status
golden status-none-json --status --json
CONFIG='loglevel ERROR' SAID=Welcome golden said-quiet a true
golden share-no-group --share no-such-group a true
golden several -H a -H b -- sh -c 'test "$PCSC_REMOTE" = a && echo "{\"n\":1}"'
golden reverse-no-pcscd -R a true
t_eq "a client that is turned away comes again, also where -R is not allowed" 0 "$(PROBE_STATUS=255 BUSY=2 \
  TELL='channel 1: open failed: connect failed: open failed' "$remote" a true 2>/dev/null; echo $?)"
end_listeners

# ---- each failure ----
unset ANSWER
# failing NAME VARIABLE=VALUE...
failing() {
  local name=$1
  shift
  t_golden "pcsc_remote/fail-$name" masked env "$@" "$remote" --timeout 2 --batch a false
  end_listeners
}
t_golden pcsc_remote/fail-no-ssh masked "$remote" --ssh "$T_TMP/none" a false
failing name LOGIN= LOGIN_STATUS=255 'SAID=ssh: Could not resolve hostname a: Name or service not known'
failing no-sshd LOGIN= LOGIN_STATUS=255 'SAID=ssh: connect to host a port 22: Connection refused'
failing unreachable LOGIN= LOGIN_STATUS=255 'SAID=ssh: connect to host a port 22: No route to host'
failing login LOGIN= LOGIN_STATUS=255 'SAID=me@a: Permission denied (publickey).'
failing login-quiet CONFIG='loglevel SILENT' LOGIN= LOGIN_STATUS=255 $'SAID=Welcome\nme@a: Permission denied (publickey).'
failing host-key LOGIN= LOGIN_STATUS=255 'SAID=Host key verification failed.'
failing option LOGIN= LOGIN_STATUS=255 'SAID=command-line: line 0: Bad configuration option: x'
failing other LOGIN= LOGIN_STATUS=255 'SAID=kex_exchange_identification: read: Connection reset by peer'
failing slow-login LOGIN=
failing no-shell LOGIN='This account is currently not available.' LOGIN_STATUS=1
failing no-pcscd LOGIN='cardscope-far: absent'
failing no-socket LOGIN='cardscope-far: none'
failing locked LOGIN='cardscope-far: locked /run/pcscd/pcscd.comm'
failing bad-answer LOGIN='cardscope-far: socket /run/pcscd.comm -oProxyCommand=x'
failing master FORWARD_STATUS=255 'FORWARD_SAID=mux_client_forward: forwarding request failed: no'
failing version ANSWER=$no
failing garbage ANSWER=0102030405060708090A0B0C
failing polkit ANSWER=none
failing forwarding ANSWER=none PROBE_STATUS=255 'TELL=channel 1: open failed: connect failed: open failed'
failing stale LOGIN='cardscope-far: stale /run/pcscd/pcscd.comm' ANSWER=none \
  'TELL=channel 1: open failed: connect failed: open failed'
for far in file socket; do
  failing unconnected LOGIN="cardscope-far: $far /run/pcscd/pcscd.comm" ANSWER=none \
    'TELL=channel 1: open failed: connect failed: open failed'
done
t_golden pcsc_remote/fail-check masked env LOGIN='cardscope-far: none' "$remote" --check a
t_golden pcsc_remote/fail-check-json masked env LOGIN='cardscope-far: none' "$remote" --check --json a
t_golden pcsc_remote/fail-one-of-two masked env ANSWER=$yes "$remote" -H a -H b -- sh -c 'test "$PCSC_REMOTE" = a'

t_like "... behind a long banner" "$(LOGIN='' LOGIN_STATUS=255 SAID=$(yes 'Nobody reads this.' | head -n 300 && echo 'me@a: Permission denied (publickey).') \
  "$remote" a false 2>&1)" 'the login was refused'
end_listeners

# ---- nothing stays ----
t_eq "no directory is left" "" "$(find run -mindepth 2)"
mkdir -m 700 run/cardscope/remote-dead00
: >run/cardscope/remote-dead00/state
: >run/cardscope/remote-dead00/pcscd.comm
"$remote" --status 2>/dev/null
t_true "what a dead one left behind is removed" test ! -e run/cardscope/remote-dead00
mkdir target
: >target/keep
ln -s "$T_TMP/target" run/cardscope/remote-link00
"$remote" --status 2>/dev/null
t_true "... but nothing behind a symbolic link" test -e target/keep
t_done
