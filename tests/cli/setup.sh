#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/setup: what it does where everything is there, where something is missing, and on other distributions.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$T_TMP" || exit 1
setup=$top/scripts/setup

# lacking ARG...: run setup where no program is found but those in ./bin -> out, err, rc
lacking() {
  rc=0
  PATH=$T_TMP/bin CARDSCOPE_OS_RELEASE=$T_TMP/os-release "$BASH" "$setup" "$@" >out 2>err || rc=$?
}

# distribution LINE...: pretend to be one
distribution() { printf '%s\n' "$@" >os-release; }

mkdir bin
distribution 'ID=debian'
t_eq "where nothing is missing: nothing said, status 0" "0 " "$(rc=0; "$setup" build 2>&1 || rc=$?; echo "$rc ")"

list=$("$setup" --list)
for group in build demo check bench; do
  t_like "--list has the group $group" "$list" "^$group "
done
t_like "--help names the groups" "$("$setup" --help)" '^  build .* demo '
rc=0
"$setup" everything 2>err || rc=$?
t_eq "an unknown group: status 2" "2 setup: unknown argument 'everything' (see scripts/setup --help)" "$rc $(cat err)"
rc=0
"$setup" build demo 2>err || rc=$?
t_eq "two groups: status 2" "2 setup: unknown argument 'demo' (see scripts/setup --help)" "$rc $(cat err)"

# ID and ID_LIKE | what is printed for the C compiler and the PC/SC headers | the command
while IFS='|' read -r ids package command; do
  # shellcheck disable=SC2086 # one line for each word
  distribution $ids
  lacking build
  t_eq "$ids: status 2, nothing installed" "2 " "$rc $(cat out)"
  t_like "$ids: names $package" "$(cat err)" "^  $package +PC/SC, the interface to readers$"
  t_like "$ids: says how" "$(cat err)" "^setup: install with: $command .*$package"
done <<'ROWS'
ID=fedora|pcsc-lite-devel|dnf install
ID=rocky ID_LIKE=rhel|pcsc-lite-devel|dnf install
ID=arch|pcsclite|pacman -S --needed
ID=manjaro ID_LIKE=arch|pcsclite|pacman -S --needed
ID=alpine|pcsc-lite-dev|apk add
ID="opensuse-leap"|pcsc-lite-devel|zypper install
ROWS
distribution 'ID=plan9' 'PRETTY_NAME="Plan 9"'
lacking build
t_eq "an unknown distribution: status 2" 2 "$rc"
t_like "... is told the Debian names" "$(cat err)" "Plan 9 is not known to this script, so by Debian package name"
t_like "... each with its reason" "$(cat err)" "^  libjansson-dev +JSON output and recordings$"

# Debian, with an apt-get that installs nothing
distribution 'ID=ubuntu' 'ID_LIKE=debian'
ln -s "$(command -v env)" bin/env
printf '#!/bin/sh\necho "apt-get $*" >>%s/apt.log\n' "$T_TMP" >bin/apt-get
printf '#!/bin/sh\nexec "$@"\n' >bin/sudo
chmod +x bin/apt-get bin/sudo
lacking build
t_eq "still missing after apt-get: status 1" 1 "$rc"
t_like "... what is still missing is named" "$(sed -n '/still missing/,$p' err)" "^  libpcsclite-dev +PC/SC"
t_eq "apt-get updates, then installs" "update install" "$(sed -E 's/.* (update|install)( .*)?$/\1/' apt.log | paste -sd ' ')"
t_like "... without recommended packages" "$(cat apt.log)" 'install --no-install-recommends gcc .*libpcsclite-dev'
t_eq "build takes nothing of the other groups" "" "$(grep -oE 'pcscd|clang|strace|cmocka' apt.log)"

# openssh-server starts a daemon that nobody has asked for. /usr/sbin is searched in any case, hence hidden.
for program in service update-rc.d; do
  printf '#!/bin/sh\necho "%s $*" >>%s/apt.log\n' "$program" "$T_TMP" >"bin/$program"
  chmod +x "bin/$program"
done
: >apt.log
spaces=(--mount)
[ "$EUID" = 0 ] || spaces+=(--map-root-user)
# shellcheck disable=SC2016 # for the inner shell
unshare "${spaces[@]}" sh -c 'mount -t tmpfs none /usr/sbin && PATH=$1/bin CARDSCOPE_OS_RELEASE=$1/os-release exec "$2" "$3" check' \
  sh "$T_TMP" "$BASH" "$setup" >out 2>err
t_like "sshd is stopped and stays off" "$(paste -sd ' ' apt.log)" 'install .* openssh-server .*service ssh stop update-rc.d ssh disable$'
t_like "... which is said" "$(cat err)" '^setup: the sshd of openssh-server is stopped'
t_done
