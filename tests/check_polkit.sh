#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pcsc_doctor where polkit decides for real: a pcscd built with polkit from Debian's own source, polkitd and a bus of its
# own, and an unprivileged user. The build is kept in POLKIT_BUILD (default build/polkit); it needs root, the network
# once, and apt-get install dpkg-dev libpolkit-gobject-1-dev libudev-dev libusb-1.0-0-dev flex polkitd dbus.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
cache=${POLKIT_BUILD:-$top/build/polkit}
pcscd=$cache/pcscd
policy=$cache/org.debian.pcsc-lite.policy

# fetch: Debian's source of pcsc-lite into $cache/source, with settings of apt that are nobody else's
fetch() {
  mkdir -p "$cache"/{source,lists/partial,cache/archives/partial,parts}
  sed '/^Types:/s/deb$/deb-src/' /etc/apt/sources.list.d/debian.sources >"$cache/parts/source.sources" || return
  cat >"$cache/apt.conf" <<END
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$cache/parts";
Dir::State::lists "$cache/lists";
Dir::Cache "$cache/cache";
APT::Sandbox::User "root";
END
  (cd "$cache/source" && apt-get -c "$cache/apt.conf" update && apt-get -c "$cache/apt.conf" source pcsc-lite)
}

build() {
  fetch || return
  cd "$cache"/source/pcsc-lite-*/ || return
  ./configure --enable-polkit --enable-libudev --disable-libsystemd --enable-ipcdir=/run/pcscd \
    --enable-usbdropdir=/usr/lib/pcsc/drivers --enable-confdir=/etc/reader.conf.d --with-systemdsystemunitdir=no &&
    make || return
  cp doc/org.debian.pcsc-lite.policy "$policy" && cp src/pcscd "$pcscd" && rm -rf "$cache"/{source,lists,cache,parts}
}

if [ -z "${POLKIT_INSIDE:-}" ]; then
  mkdir -p "$cache"
  if [ ! -x "$pcscd" ] && ! (build) >"$cache/log" 2>&1; then
    t_fail 'a pcscd with polkit is built' "$(tail -5 "$cache/log")"
    t_done
    exit 1
  fi
  rm -rf "$T_TMP"
  export BIN
  POLKIT_INSIDE=1 exec unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0"
fi

until_true() {
  for ((i = 0; i < 500; i++)); do
    "$@" && return
    sleep .01
  done
  return 1
}

# ---- a world of its own ----
mount -t tmpfs none /run
mkdir -p /run/pcscd /run/dbus /run/actions /run/rules
ip link set lo up
cp "$policy" /run/actions/
mount --bind /run/actions /usr/share/polkit-1/actions
mount --bind /run/rules /etc/polkit-1/rules.d
# the driver of virtual readers connects to itself while nobody listens: cards come from other ports
echo 61000 62000 >/proc/sys/net/ipv4/ip_local_port_range
dbus-daemon --system --nofork --nopidfile 2>/dev/null &
bus=$!
until_true test -S /run/dbus/system_bus_socket
"$(command -v /usr/lib/polkit-1/polkitd || command -v /usr/libexec/polkitd)" >/run/polkitd.log 2>&1 &
until_true grep -qs 'Acquired the name' /run/polkitd.log
"$pcscd" --foreground >/run/pcscd.log 2>&1 &
until_true test -S /run/pcscd/pcscd.comm
cd / || exit 1

# doctor OPTION...: as nobody -> STATUS /run/out
doctor() {
  setpriv --reuid 65534 --regid 65534 --clear-groups "$BIN/pcsc_doctor" "$@" >/run/out 2>&1
  STATUS=$?
}

# t_cause NAME STATUS CAUSE [OPTION...]: CAUSE "ID CASE", or "" for none
t_cause() {
  local name=$1 want="$2 $3"
  shift 3
  doctor --json "$@"
  t_eq "$name" "$want" "$STATUS $(sed -nE 's/.*"root_cause":\{"id":"([^"]*)","case":"([^"]*)"\}.*/\1 \2/p' /run/out)"
}

card_seen() { "$BIN/pcsc_scan" --once --json | grep -q PRESENT; }
gone() { ! kill -0 "$1" 2>/dev/null; }

# paste_rule [OPTION...]: what the doctor prints as a rule goes to a shell as it stands there
paste_rule() {
  doctor -q "$@"
  sed -n '/^cat >>/,/^EOF$/p' /run/out >/run/pasted
  t_like 'a rule to paste is printed' "$(cat /run/pasted)" '^polkit.addRule'
  sh /run/pasted
  sleep 1.5 # polkitd looks at its rules when they have changed
}

"$BIN/card_replay" --quiet "$top/data/demo/iso7816.trace" >/dev/null 2>&1 &
until_true card_seen

t_cause 'no rule: nobody is let in' 1 'policy-access D3'
t_like '... polkit is known to be asked' "$(cat /run/out)" '"polkit":true'
"$BIN/pcsc_doctor" >/run/out
t_eq '... root is, and told to ask as the user' '0 1' "$? $(grep -c 'ask as the user who is refused' /run/out)"
paste_rule
t_cause 'the rule pasted: all is well' 0 '' --connect
t_eq '... and nothing warns' '' "$(grep -o '"status":"warn"' /run/out)"
cat >/etc/polkit-1/rules.d/49-pcscd.rules <<'END'
polkit.addRule(function(action, subject) {
  if (action.id == "org.debian.pcsc-lite.access_pcsc" && subject.user == "nobody") return polkit.Result.YES;
});
END
sleep 1.5
t_cause 'a rule for access_pcsc only: readers are listed' 0 ''
t_like '... and that cards are refused is a warning' "$(cat /run/out)" \
  '"id":"policy-card","layer":"policy","title":"[^"]*","status":"warn","case":"D4"'
t_cause '... and the card is refused' 1 'policy-card D4' --connect
t_like '... the reader is named' "$(cat /run/out)" 'not use the card in Virtual PCD 00 00'
paste_rule --connect
t_cause 'the second rule pasted: all is well' 0 '' --connect
rm /etc/polkit-1/rules.d/49-pcscd.rules
sed -i 's/<allow_any>no</<allow_any>auth_admin</' /run/actions/*.policy
sleep 1.5
t_cause 'a policy that wants a password' 1 'policy-password D59'
paste_rule
t_cause '... and the rule that lets in without' 0 '' --connect
kill $bus
until_true gone $bus
t_cause 'the bus is gone: everybody is refused' 1 'policy-bus D5'
"$BIN/pcsc_doctor" --json >/run/out
t_like '... root too' "$(cat /run/out)" '"root_cause":\{"id":"policy-bus","case":"D5"\}'
t_done
