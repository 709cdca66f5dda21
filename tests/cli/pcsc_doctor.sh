#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pcsc_doctor on file systems of other machines (tests/roots): what it prints, its commands and its exit status.
[ "$EUID" = 0 ] || exec unshare --map-root-user "$BASH" "$0" # the goldens hold root's files
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
doctor=$BIN/pcsc_doctor
unset SUDO_USER
roots=$T_TMP/roots
mkdir "$roots"
tests/roots.sh "$roots"

# golden NAME OPTION...
golden() {
  local name=$1
  shift
  t_golden "pcsc_doctor/$name" "$doctor" "$@" </dev/null
}

# refused NAME TEXT OPTION...: exit 2, nothing on stdout, TEXT on stderr
refused() {
  local name=$1 text=$2 rc=0
  shift 2
  "$doctor" "$@" >"$T_TMP/out" 2>"$T_TMP/err" </dev/null || rc=$?
  t_eq "$name: status 2 and a clean stdout" "2 0" "$rc $(wc -c <"$T_TMP/out")"
  t_like "$name: the message" "$(cat "$T_TMP/err")" "$text"
}

# ---- a diagnosis ----
for root in healthy-files no-reader usb-pn533 driver-unknown socket-stale-files socket-closed-files serial-closed; do
  golden "root-$root" --root "$roots/$root"
done
golden colour --root "$roots"/usb-pn533 --color=always
golden quiet --root "$roots"/usb-pn533 -q
golden quiet-without-a-cause --root "$roots"/healthy-files -q
golden verbose --root "$roots"/driver-unknown -v
golden json --root "$roots"/usb-pn533 --json
golden json-unknown --root "$roots"/healthy-files --json

# verdict: of the JSON in out
verdict() { sed -nE 's/^\{"type":"diagnosis","verdict":"([a-z]+)".*/\1/p' "$T_TMP/out"; }
bad=
for root in "$roots"/*/; do
  "$doctor" --root "$root" --json >"$T_TMP/out" 2>"$T_TMP/err"
  case "$? $(verdict) $(grep -c '"root_cause":{"id":"[a-z0-9-]*","case":' "$T_TMP/out") $(wc -c <"$T_TMP/err")" in
    '0 ok 0 0' | '1 problem 1 0' | '1 unknown 0 0') ;;
    *) bad+="$root " ;;
  esac
done
t_eq 'every root: status, verdict and root cause agree' '' "$bad"

# ---- explain ----
golden explain-number explain -2146434966
golden explain-hex explain 0x8010001D
golden explain-symbol explain scard_e_sharing_violation
golden explain-words explain Access denied.
golden explain-status-word explain SW 6982
golden explain-json explain --json 0x8010000B
printf '%s\n' '00000012 ccid_usb.c:669:OpenUSBByName() Can'\''t claim interface 1/4: LIBUSB_ERROR_BUSY' 'nothing known' \
  '00000012 ccid_usb.c:669:OpenUSBByName() Can'\''t claim interface 1/4: LIBUSB_ERROR_BUSY' >"$T_TMP/log"
t_golden pcsc_doctor/explain-log "$doctor" explain - <"$T_TMP/log"
t_golden pcsc_doctor/explain-log-json "$doctor" explain --json - <"$T_TMP/log"
t_golden pcsc_doctor/explain-no-log "$doctor" explain - <<<'SCARD_E_NO_SERVICE'
golden explain-nothing-known explain 'the moon is full'
golden explain-nothing-known-json explain --json 'the moon is full'
refused 'explain without a text' 'a code or a text is missing' explain
refused 'explain of blanks' 'nothing given' explain ' '

# ---- polkit-rule ----
golden rule-user polkit-rule --root "$roots"/healthy-desktop --user alice
golden rule-readers polkit-rule --root "$roots"/healthy-desktop --group cards --reader 'ACME "One" 00 00' --reader Two
golden rule-quiet polkit-rule --root "$roots"/healthy-desktop --user alice -q
mkdir -p "$T_TMP/old/etc/polkit-1/localauthority.conf.d"
golden rule-old polkit-rule --root "$T_TMP/old" --user alice
refused 'readers for an old polkit' 'can not tell readers apart' polkit-rule --root "$T_TMP/old" --user alice --reader x
refused 'polkit-rule for two' "" polkit-rule --user a --group b
refused 'polkit-rule for no name' '--user: the value is empty' polkit-rule --user ''

# ---- clients ----
golden clients-none clients --root "$roots"/healthy-files
golden clients clients --root "$roots"/sharing-scdaemon
golden clients-json clients --root "$roots"/sharing-scdaemon --json

# ---- report ----
mkdir -p "$T_TMP/root"
cp -a "$roots"/usb-pn533/. "$T_TMP/root"
device=$(find "$T_TMP/root/sys/bus/usb/devices/" -maxdepth 1 -name '*-1' | head -1)
printf 'SN-12345678\n' >"$device/serial"
echo ACR122U >"$T_TMP/root/etc/hostname" # as if the computer were named after the reader
printf '\x12\x01\x00\x02' >"$device/descriptors"
mkdir -p "$T_TMP/root/var/log"
printf 'Nov 21 08:00:00 ACR122U pcscd[7]: x.c:1:F() %s\n' 'something nobody knows' 'APDU: 00 20 00 81 04 31 32 33 34' \
  >"$T_TMP/root/var/log/syslog"
"$doctor" report --root "$T_TMP/root" "$T_TMP/report" 2>"$T_TMP/err"
t_eq 'report FILE: status, stderr and mode' '0  600' "$? $(cat "$T_TMP/err") $(stat -c %a "$T_TMP/report")"
t_like '... holds the diagnosis' "$(cat "$T_TMP/report")" '^FAIL  kernel '
t_like '... and the descriptors' "$(cat "$T_TMP/report")" '^12 01 00 02$'
t_like '... and the device' "$(cat "$T_TMP/report")" '^usb\[0\]\.vendor: [0-9A-F]{4}$'
t_like '... and the last lines of the log' "$(cat "$T_TMP/report")" '^Nov 21 08:00:00 HOST pcscd\[7\]: .* something nobody knows$'
t_eq '... and no exchange with a card' '' "$(grep '31 32 33' "$T_TMP/report")"
t_eq '... and not the name of the computer' '' "$(grep ACR122U "$T_TMP/report")"
t_like '... but that it was there' "$(cat "$T_TMP/report")" '^FAIL  kernel .* HOST '
t_eq '... and no serial number' '' "$(grep SN-12345678 "$T_TMP/report")"
t_like 'report --serials holds it' "$("$doctor" report --root "$T_TMP/root" --serials)" '^usb\[0\]\.serial: SN-12345678$'
t_eq 'report without FILE is the same' "$(cat "$T_TMP/report")" "$("$doctor" report --root "$T_TMP/root")"
refused 'a report to nowhere' 'report: the name of the file is empty' report ''
refused 'a report that is there already' 'report: File exists' report --root "$T_TMP/root" "$T_TMP/report"
t_like '... is left as it was' "$(cat "$T_TMP/report")" '^FAIL  kernel '
"$doctor" report >"$T_TMP/out" 2>"$T_TMP/err"
t_eq 'report about this machine: status and stderr' '0 ' "$? $(cat "$T_TMP/err")"
t_eq '... without the home directory' '' "$(grep -F "$HOME" "$T_TMP/out")"

# ---- usage ----
refused 'a command that is not there' "there is no command 'heal'" heal
refused 'an operand too many' "clients: unexpected argument 'x'" clients x
refused 'two files' "report: unexpected argument 'b'" report a b
refused 'a root that is not there' 'no/such: no such directory' --root no/such
refused '--connect with --root' 'not for --root' --connect --root "$roots"/no-reader
refused '--json of a report' '--json is for' report --json
refused '--user of a diagnosis' '--user is for polkit-rule' --user alice
refused '--serials of a diagnosis' '--serials is for report' --serials
refused '-q and -v' 'exclude' -q -v

# ---- this machine, whatever its state: the live part ends and never says 3 or 4 ----
timeout 30 "$doctor" --json >"$T_TMP/out" 2>"$T_TMP/err"
t_like 'a diagnosis of this machine: status' "$?" '^[01]$'
t_like '... and PC/SC was asked' "$(cat "$T_TMP/out")" '"live":\{"library":"[^"]*libpcsclite'
for option in --root --user --group --reader; do
  t_eq "$option without a value" "pcsc_doctor: $option: the value is empty" \
    "$("$FAKE/pcsc_doctor" polkit-rule $option '' 2>&1 | head -n 1)"
done
t_done
