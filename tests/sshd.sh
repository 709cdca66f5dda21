# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced inside scripts/stack, after tests/lib.sh, by tests that need other computers: each host is a scripts/stack of
# its own (processes, /run, pcscd, two virtual readers) with an sshd, joined to this one by a pair of virtual Ethernet
# interfaces. ssh finds keys and host names in a home directory of the test's own, as ~/.ssh/config. Everything ends
# with the stack around it.
#
# Needs root: sshd changes its user. The current directory is the test's own.

declare -A HOST_PID HOST_SSHD HOST_ADDRESS

# descend PID -> its children and theirs, by number, parents first
descend() {
  local child children=()
  { read -ra children <"/proc/$1/task/$1/children"; } 2>/dev/null
  for child in "${children[@]}"; do
    echo "$child"
    descend "$child"
  done
}

# until_true COMMAND...: for up to ten seconds
until_true() {
  local i
  for ((i = 0; i < 500; i++)); do
    "$@" && return
    sleep .02
  done
  return 1
}

# gone PID: it has ended, or waits to be reaped
gone() {
  local state
  state=$(sed -n 's/^State:.\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null)
  [ "${state:-Z}" = Z ]
}

# sshd_home: a home directory for root's ssh, here and on the hosts to come; keys for all of them; carol, who may log
# in, and dave, who has no shell
sshd_home() {
  mkdir -p "$HOME/.ssh" keys
  chmod 700 "$HOME" "$HOME/.ssh"
  ssh-keygen -q -t ed25519 -N '' -f keys/host
  ssh-keygen -q -t ed25519 -N '' -f keys/user
  cp keys/user.pub keys/authorized
  {
    printf 'root:x:0:0:root:%s:/bin/bash\n' "$HOME"
    printf '%s:x:%d:4711::/nonexistent:%s\n' carol 4711 /bin/sh dave 4712 /bin/false
    grep -Ev '^(root|carol|dave):|:471[12]:' /etc/passwd
  } >passwd
  # sshd and ssh ask for the home directory there, not in $HOME
  mount --bind passwd /etc/passwd
  cat >"$HOME/.ssh/config" <<CONFIG
Host *
  IdentityFile $PWD/keys/user
  IdentitiesOnly yes
  UserKnownHostsFile $PWD/keys/known
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
CONFIG
  : >keys/known
  chmod 600 "$HOME/.ssh/config" keys/host keys/user
  chmod 755 . keys # sshd reads the keys of carol and dave as them
  chmod 644 keys/authorized
}

# inner PID: the process below PID that is process 1 of its own
inner() {
  local pid mine
  mine=$(readlink /proc/self/ns/pid)
  for pid in $(descend "$1"); do
    [ "$(readlink "/proc/$pid/ns/pid" 2>/dev/null)" = "$mine" ] || echo "$pid"
  done | head -n 1
}

# on HOST COMMAND...: as root there, in this directory; --root for those who run this in a chroot
on() {
  nsenter --target "${HOST_PID[$1]}" --mount --root --net --pid --wd="$PWD" -- "${@:2}"
}

# host_begin NAME [STACK_OPTION]...: starts it; host_join waits for it and joins it
host_begin() {
  local name=$1
  shift
  mkdir -p "$name"
  rm -f "$name/up"
  # shellcheck disable=SC2016,SC2154 # for the inner shell; of lib.sh
  "$top/scripts/stack" --readers 2 --log "$PWD/$name/pcscd.log" "$@" -- \
    sh -c 'touch "$1"; exec sleep infinity' sh "$PWD/$name/up" 2>"$name/stack.err" &
  HOST_PID[$name]=$!
}

# host_known NAME ADDRESS PID: to ssh and to what is below; PID is a process there
host_known() {
  HOST_PID[$1]=$3
  HOST_ADDRESS[$1]=$2
  printf '%s %s\n' "$2" "$(cut -d' ' -f1,2 keys/host.pub)" >>keys/known
  printf 'Host %s\n  HostName %s\n  HostKeyAlias %s\n' "$1" "$2" "$2" >>"$HOME/.ssh/config"
}

# host_join NAME NUMBER: reached as NAME and at 10.77.NUMBER.2
host_join() {
  local name=$1 number=$2
  until_true test -e "$name/up" || return
  host_known "$name" "10.77.$number.2" "$(inner "${HOST_PID[$name]}")"
  PATH=$PATH:/usr/sbin:/sbin
  ip link add "h$number" type veth peer name eth0 netns "${HOST_PID[$name]}"
  ip addr add "10.77.$number.1/30" dev "h$number"
  ip link set "h$number" up
  on "$name" ip addr add "10.77.$number.2/30" dev eth0
  on "$name" ip link set eth0 up
  sshd_start "$name"
}

# host_listens HOST
host_listens() { (: <"/dev/tcp/${HOST_ADDRESS[$1]}/22") 2>/dev/null; }

# sshd_start HOST [OPTION LINE]...: sshd with these lines of configuration besides
sshd_start() {
  local name=$1 job
  shift
  mkdir -p "$name"
  {
    # the first mention of an option counts
    [ $# = 0 ] || printf '%s\n' "$@"
    cat <<CONFIG
ListenAddress 0.0.0.0:22
HostKey $PWD/keys/host
AuthorizedKeysFile $PWD/keys/authorized
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
MaxStartups 100
CONFIG
  } >"$name/sshd_config"
  on "$name" mkdir -p /run/sshd
  on "$name" /usr/sbin/sshd -D -f "$PWD/$name/sshd_config" -E "$PWD/$name/sshd.log" &
  job=$!
  until_true host_listens "$name" || return
  HOST_SSHD[$name]=$(descend $job | tail -n +2 | head -n 1) # nsenter is between
}

# sshd_idle HOST: no session is left there
sshd_idle() { [ -z "$(descend "${HOST_SSHD[$1]}")" ]; }

# sshd_kill HOST: the listener and every session
sshd_kill() {
  local pids
  pids=$(descend "${HOST_SSHD[$1]}")
  # shellcheck disable=SC2086 # several of them
  kill -KILL "${HOST_SSHD[$1]}" $pids 2>/dev/null
  until_true gone "${HOST_SSHD[$1]}"
}
