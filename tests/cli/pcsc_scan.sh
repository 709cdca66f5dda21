#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# pcsc_scan on the fake winscard: every option, every exit status, every scenario.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$T_TMP" || exit 1

# The stage: two readers, a card that the list knows in the first one.
printf '3B 95 13 81 01 80 73 FF 01 00 0B\n\tCard of the test\n\tsecond line\n\n3B .. 80 .*\n\tpattern\n' >list
: >empty.list
printf '\tno pattern above\n\n3B 95 13 81 01 80 73 FF 01 00 0B\n\tfrom the flawed list\n' >flawed.list
atr0=3B951381018073FF01000B

# scenario NAME: the readers, then what stdin says; without stdin nothing happens
scenario() {
  printf 'reader "Virtual PCD 00 00"\nreader "Virtual PCD 00 01"\ncard 0 %s\nlockstep\n' $atr0 >"$1"
  [ -t 0 ] || cat >>"$1"
}

scenario still </dev/null
printf 'lockstep\nafter 0ms signal INT\n' >no-reader
: >nothing
cat >no-service <<'END'
service stop
END
scenario story <<'END'
after 0ms remove 0
after 0ms insert 1 3B8F8001804F0CA000000306030001000000006A
after 0ms state 1 INUSE
after 0ms state 1
after 0ms swap 1 3B00
after 0ms mute 0
after 0ms unplug 1
after 0ms add "Late \x1B[31m\xFF reader"
after 0ms insert 2 3B00
after 0ms signal INT
END

# scan SCENARIO OPTION...: the tool with the times blotted out and its status
scan() {
  local scenario=$1
  shift
  FAKE_WINSCARD=$T_TMP/$scenario "$FAKE/pcsc_scan" "$@" |
    sed -E 's/"time":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}"/"time":"T"/; s/"mono_ns":[0-9]+/"mono_ns":1/
      s/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}[+-][0-9]{2}:[0-9]{2} /TIME /; s/^\+[0-9]+\.[0-9]{3} /DELTA /
      s/"(seconds|apdu_per_s|min|p50|p95|p99|max)":[0-9.e+-]+/"\1":N/g
      s/Total time: .*/Total time: N/; s/(Latency in us:).*/\1 N/'
  return "${PIPESTATUS[0]}"
}

# golden NAME SCENARIO OPTION...
golden() {
  local name=$1
  shift
  t_golden "pcsc_scan/$name" scan "$@" </dev/null
}

# refused NAME TEXT OPTION...: exit 2, nothing on stdout, TEXT on stderr
refused() {
  local name=$1 text=$2 rc=0
  shift 2
  FAKE_WINSCARD=$T_TMP/still "$FAKE/pcsc_scan" "$@" >out 2>err </dev/null || rc=$?
  t_eq "$name: status 2 and a clean stdout" "2 0" "$rc $(wc -c <out)"
  t_like "$name: the message" "$(cat err)" "$text"
}

# ---- watching ----
golden story story -n --timestamps=none
golden story-json story --json --db list
golden story-debug story -n -d --timestamps=none
golden story-explained story --timestamps=none --db list --color=never
golden story-colour story -n --timestamps=none --color=always
golden story-no-lookup story --no-lookup --timestamps=none --events card_inserted
golden timestamps-local story -n --events=card_mute
golden timestamps-utc story -n --events=card_mute --timestamps=utc
golden timestamps-delta story -n --events=card_mute --timestamps=delta
golden events-list story -n --timestamps=none --events reader_added,card_mute --events reader_removed
golden reader story -n --timestamps=none --reader '*00 01'
golden readers-by-two-patterns story -n --timestamps=none --reader late --reader '00 00'
golden ignore story -n --timestamps=none --ignore 00
golden reader-and-ignore story -n --timestamps=none --reader virtual --ignore '*01'
golden no-reader no-reader -n
golden no-reader-verbose no-reader -v --db list
t_like "local time carries the offset of TZ" \
  "$(TZ=XXX-5:30 FAKE_WINSCARD=still "$FAKE/pcsc_scan" -n --once | head -1)" '^20[0-9-]{8}T[0-9:.]{12}\+05:30 Reader found$'
t_like "utc does not" \
  "$(TZ=XXX-5:30 FAKE_WINSCARD=still "$FAKE/pcsc_scan" -n --once --timestamps utc | head -1)" '\.[0-9]{3}\+00:00 '
t_like "json follows --timestamps=utc" \
  "$(TZ=XXX-5:30 FAKE_WINSCARD=still "$FAKE/pcsc_scan" -n --once --json --timestamps utc | head -1)" '"time":"[^"]*\+00:00"'
t_like "json has a time whatever --timestamps says" \
  "$(FAKE_WINSCARD=still "$FAKE/pcsc_scan" -n --once --json --timestamps none | head -1)" '"time":"20[^"]*","mono_ns":[0-9]+,'

# ---- once, cards, readers ----
golden once still --once --timestamps=none --db list
golden once-json still --once --json --db list
golden once-no-analysis-json still --once --json -n --db list
golden once-no-lookup-json still --once --json --no-lookup --db list
golden once-two-lists still --once --timestamps=none --db list --db flawed.list
golden once-empty-list still --once -q --timestamps=none --db empty.list
golden once-no-reader no-reader --once
golden cards still -c --timestamps=none
golden cards-json still -c --json --db list
golden cards-debug still -c -d --timestamps=none
golden cards-reader still -c --timestamps=none --reader '* 01'
golden cards-no-such-reader still -c --reader nonesuch
golden cards-no-reader no-reader -c
golden readers still -r
golden readers-json still -r --json
golden readers-filtered still -r --ignore '00 00'
golden readers-no-such still -r --reader nonesuch
golden readers-none no-reader -r
golden readers-none-json no-reader -r --json
golden readers-all-accepted still -r -q -p -n -d --color never -t 5
refused "a --db that is missing" 'nonesuch.list' --once --db nonesuch.list

# ---- exit status 3, 4 and 5 ----
for mode in -n -r -c -s5 --once '--wait insert' '--wait no-reader --timeout 1'; do
  # shellcheck disable=SC2086 # two words are two arguments
  golden "service-down${mode// /}" no-service $mode
done
printf 'reader "R"\nfail SCardEstablishContext 0x8010006A always\n' >denied
golden denied denied -n
golden denied-readers denied -r
printf 'reader "R"\nfail SCardEstablishContext 0x8010006A times 2\n' >denied-twice
golden denied-by-a-race denied-twice -r

# ---- the service goes and comes back ----
scenario bounce <<'END'
after 0ms service stop
after 100ms service start
after 50ms signal TERM
END
scenario gone <<'END'
after 0ms service stop
END
scan bounce -n --timestamps=none --events service_lost,service_back >out 2>&1
t_eq "a service that comes back: status 0" 0 $?
t_golden pcsc_scan/service-lost head -2 out
scan bounce -n -v --events service_lost >/dev/null 2>err
t_like "-v: that it waits for the service is said" "$(cat err)" '^Waiting for the PC/SC service to come back'
scan gone -n -v --exit-on-service-loss >/dev/null 2>err
t_eq "... not when it does not wait" 0 "$(grep -c 'come back' err)"
golden exit-on-service-loss gone -n --timestamps=none --exit-on-service-loss
golden exit-on-service-loss-json gone --json --exit-on-service-loss --db list

# ---- plug-and-play ----
printf 'pnp unknown\nreader "R"\nlockstep\nafter 0ms signal INT\n' >polling
golden polling polling -n -q --timestamps=none
scan polling -n -q -p -t 1 >/dev/null 2>err
t_eq "-p: no word of polling" "" "$(cat err)"
{
  for i in $(seq 40); do printf 'reader "R%02d"\n' "$i"; done
  printf 'lockstep\nafter 0ms insert 39 3B00\nafter 0ms signal INT\n'
} >forty
golden forty-readers forty -n -v --timestamps=none --events card_inserted

# ---- waiting ----
scenario late-card <<'END'
after 0ms insert 1 3B00
END
scenario late-removal <<'END'
after 0ms remove 0
END
scenario swapped <<'END'
after 0ms swap 0 3B00
END
printf 'lockstep\nafter 0ms add "R"\n' >late-reader
printf 'reader "R"\ncard 0 3B00\nlockstep\nafter 0ms unplug 0\n' >leaving-reader
printf 'reader "R"\nmute 0\n' >mute
sed -i '/^card 0/d' late-card
golden wait-insert late-card --wait insert -n --timestamps=none
golden wait-insert-json late-card --wait insert --json --db list
golden wait-insert-already still --wait insert -n --timestamps=none
golden wait-insert-mute mute --wait insert -n --timestamps=none
golden wait-insert-not still --wait insert --reader '*01' --timeout 0
golden wait-insert-no-reader nothing --wait insert --timeout 0
golden wait-remove late-removal --wait remove -n --timestamps=none
golden wait-remove-already still --wait remove --ignore '*00' -n
golden wait-remove-not still --wait remove -n --timeout 0
golden wait-remove-swap swapped --wait remove -n --timestamps=none
golden wait-reader late-reader --wait reader -n --timestamps=none
golden wait-reader-already still --wait reader -n --timestamps=none
golden wait-reader-not nothing --wait reader --timeout 0
golden wait-stopped no-reader --wait reader
golden wait-no-reader leaving-reader --wait no-reader -n --timestamps=none
golden wait-no-reader-already nothing --wait no-reader
golden wait-no-reader-not still --wait no-reader --timeout 0
scenario moved-meanwhile <<'END'
after 0ms service stop
after 0ms remove 0
after 0ms insert 1 3B00
after 0ms service start
after 50ms remove 1
END
golden wait-remove-while-the-service-is-away moved-meanwhile --wait remove -n -v --timestamps=none
for what in insert remove no-reader; do
  printf 'reader "R"\n%s\nlockstep\nafter 0ms signal INT\n' "$([ $what != remove ] || echo 'card 0 3B00')" >stopped
  golden "wait-$what-hint" stopped --wait $what -n -v --timestamps=none
done
golden wait-reader-hint no-reader --wait reader -n -v
golden wait-no-reader-no-hint nothing --wait no-reader -n -v
golden wait-quiet-by-events late-card --wait insert -n --events reader_removed

# ---- stress ----
printf 'apdu 00A40000023F00 -> 9000\n' | cat still - >answering
printf 'reader "R"\ncard 0 3B00\napdu 00A40000023F00 ->\n' >short-answer
printf 'reader "R"\ncard 0 3B00\nfail SCardTransmit 0x80100016 on call 3\n' >one-error
printf 'reader "R"\ncard 0 3B00\nfail SCardTransmit 0x80100016 always\n' >all-errors
printf 'reader "R"\ncard 0 3B00\nreader "S"\ncard 1 3B00\nfail SCardConnect 0x8010000B on call 2\n' >one-shared
golden stress answering -s100
golden stress-long-name-json answering --stress=100 --json
golden stress-any-status-word still -s5
golden stress-one-error one-error -s10 --json
golden stress-all-errors all-errors -s10 --json
golden stress-all-errors-text all-errors -s10
golden stress-short-answer short-answer -s3
golden stress-mute mute -s3
golden stress-one-of-two one-shared -s3 --json
golden stress-no-card still -s3 --reader '*01'
golden stress-no-such-reader still -s3 --reader nonesuch
golden stress-no-reader no-reader -s3
golden stress-until-time answering -s -t 1 --reader nonesuch
scan answering -s -t 1 -v >out 2>err
t_eq "-s without COUNT ends with -t: status 0" 0 $?
t_like "-s without COUNT reports" "$(cat out)" 'APDUs: [0-9]+, errors: 0'
t_eq "-s -v says what goes on" 'Sending SELECT MF to each card... (Ctrl-C ends)' "$(cat err)"

# ---- a command at each event ----
# shellcheck disable=SC2016 # for the inner shell
show='echo "$PCSC_EVENT|$PCSC_READER|$PCSC_ATR|$PCSC_CARD"'
golden exec still --once -n --timestamps=none --db list --exec sh -c "$show" ';'
golden exec-to-the-end still --once --json --db list --events card_inserted --exec sh -c "$show"
golden exec-options-behind still --exec sh -c "$show" ';' --once -n --timestamps=none --no-lookup
golden exec-fails still --once -n --timestamps=none --db list --exec sh -c 'exit 3'
golden exec-killed still --once -n --timestamps=none --db list --events card_inserted --exec sh -c 'kill -9 $$'
golden exec-not-found still --once -n --timestamps=none --db list --events card_inserted --exec ./nonesuch
golden exec-escapes-command still --once -n --timestamps=none --db list --events card_inserted --exec $'./\e[31m\xff\nnone'
golden exec-stdin-and-signals still --once -n --timestamps=none --db list --events card_inserted \
  --exec sh -c 'cat; grep -x "SigBlk:.0*" /proc/self/status | tr "\t" " "
    ls -l /proc/$$/fd | grep -E "(socket|eventfd|signalfd)"; kill -PIPE $$; echo SIGPIPE is ignored'
printf 'reader "evil\\x1B[2J\\x0Aname\\xFF"\n' >evil
golden exec-escapes evil --once --json --db list --exec sh -c "$show"
PCSC_CARD=stale PCSC_OTHER=kept golden exec-environment evil --once --json --db list \
  --exec sh -c "$show; echo \$PCSC_OTHER; env | grep -c '^PCSC_CARD='"
golden exec-wait late-card --wait insert -n --timestamps=none --db list --exec sh -c "$show"
golden exec-one-at-a-time still --once -n --timestamps=none --db list \
  --exec sh -c 'mkdir running || echo two at once; sleep .05; rmdir running'
golden exec-time-is-up still --once -n --timestamps=none --db list -t 1 --exec sleep 30
scenario slow-stop <<'END'
after 200ms signal TERM
END
golden exec-still-running slow-stop -n --timestamps=none --db list --events card_inserted --exec sleep 30

# ---- how it ends ----
for signal in INT TERM HUP; do
  printf 'reader "R"\nlockstep\nafter 0ms signal %s\n' $signal >by-signal
  scan by-signal -q >/dev/null
  t_eq "$signal: status 0" 0 $?
done
printf 'reader "R"\nmute 0\nmute-sleep 300\nafter 500ms signal INT\n' >sleeping
scan sleeping -q >out 2>err
t_eq "a signal while PC/SC sleeps over a mute card: status 0, and it is told" \
  "0 pcsc_scan: PC/SC is still busy; ended without waiting for it" "$? $(cat err)"
scan by-signal -q >/dev/null 2>err
t_eq "... not when it does not sleep" "" "$(cat err)"
start=$SECONDS
scan still -n -t 1 >out
t_eq "-t 1: status 0" 0 $?
t_true "-t 1 lasts about a second" test $((SECONDS - start)) -ge 1 -a $((SECONDS - start)) -le 3
scan by-signal -t 0 -q >/dev/null
t_eq "-t 0 is no limit" 0 $?
start=$SECONDS
FAKE_WINSCARD=still "$FAKE/pcsc_scan" -n -t 20 | head -1 >/dev/null
t_eq "a closed pipe ends it: status 0" 0 "${PIPESTATUS[0]}"
FAKE_WINSCARD=still "$FAKE/pcsc_scan" -n -t 20 --events card_removed | true
t_eq "... also when nothing is to be written" 0 "${PIPESTATUS[0]}"
t_true "... and at once" test $((SECONDS - start)) -le 3
for mode in -r -c --once -s -s5 '-s5 --json'; do
  # shellcheck disable=SC2086 # two words are two arguments
  FAKE_WINSCARD=answering "$FAKE/pcsc_scan" $mode 2>err | true
  t_eq "a closed pipe is no failure: $mode" "0 " "${PIPESTATUS[0]} $(cat err)"
done
FAKE_WINSCARD=still "$FAKE/pcsc_scan" --wait no-reader 2>err | true
t_eq "... but what --wait waited for has not come" "1 " "${PIPESTATUS[0]} $(cat err)"
scan_full() { FAKE_WINSCARD=answering "$FAKE/pcsc_scan" "$@" >/dev/full; }
for mode in '-n -t 20' -r -c -s5 '-s5 --json' --help; do
  # shellcheck disable=SC2086 # two words are two arguments
  scan_full $mode 2>err
  t_eq "a full disk: $mode" "2 pcsc_scan: standard output: No space left on device" "$? $(cat err)"
done

# a pipe that is full, and nobody reads it
mkfifo full
exec 9<>full
dd if=/dev/zero of=full bs=4096 oflag=nonblock conv=notrunc 2>/dev/null
for mode in '-n 0' '-r 1' '-c 1' '-s5 0' '-s 0' '--wait=remove 1'; do
  FAKE_WINSCARD=answering timeout --preserve-status -s INT -k 2 .3 "$FAKE/pcsc_scan" "${mode% *}" >full 2>err
  t_eq "a signal ends ${mode% *} on a full pipe" "${mode#* } " "$? $(cat err)"
done
exec 9>&-

for i in $(seq 250); do printf 'reader "A long name that makes for much output all in all %d"\n' "$i"; done >crowd
start=$SECONDS
{
  FAKE_WINSCARD=crowd timeout --preserve-status -s INT -k 9 1 "$FAKE/pcsc_scan" --json -q --db list
  echo "status $? after $((SECONDS - start)) s" >status
} | {
  sleep 2.5
  wc -c
} >size
t_like "a signal ends it while the reader of the pipe stalls" "$(cat status)" 'status 0 after [12] s'
t_true "... which had more to come" test "$(cat size)" -lt $((250 * 270))

# ---- the terminal ----
if command -v script >/dev/null; then
  printf -v typed %q "$FAKE/pcsc_scan"
  tty_scan() { FAKE_WINSCARD=no-reader-hint script -qec "$typed $*" /dev/null </dev/null | tr -d '\r'; }
  printf 'lockstep\nafter 300ms signal INT\n' >no-reader-hint
  t_like "a terminal gets the hint" "$(tty_scan -n)" 'Waiting for the first reader'
  t_eq "-q: it does not" "" "$(tty_scan -n -q)"
  printf 'reader "R"\nlockstep\nafter 800ms signal INT\n' >spin
  tty_run() { FAKE_WINSCARD=spin script -qec "$1" /dev/null </dev/null; }
  spinner=$'[-\\\\|/]\r'
  t_like "a terminal gets a spinner" "$(tty_run "$typed -n")" "$spinner"
  t_eq "-q: none" "" "$(tty_run "$typed -n -q" | grep "$spinner")"
  t_eq "in the background: none" "" "$(tty_run "bash -mc '$typed -n & wait'" | grep "$spinner")"
fi

# ---- usage ----
for option in reader ignore db; do
  refused "--$option ''" "$option" --$option ''
done
refused "--events ''" 'the value is empty' --events ''
refused "--events nonsense" "'nonsense' is none of: reader_added" --events card_mute,nonsense
refused "--events a trailing comma" "'' is none of" --events card_mute,
refused "--events a part of a name" "'card' is none of" --events card
refused "--wait nonsense" 'insert remove reader no-reader' --wait nonsense
refused "--wait ''" 'insert remove reader no-reader' --wait ''
refused "--timestamps nonsense" 'local utc delta none' --timestamps nonsense
refused "--color nonsense" 'auto always never' --color nonsense
for value in '' x -1 1.5 99999999999999999999 31622401; do
  refused "--time '$value'" 'whole number' --time "$value"
  refused "--timeout '$value'" 'whole number' --wait insert --timeout "$value"
done
for value in 0 x 1.5 1000000001; do
  refused "-s'$value'" 'whole number' "-s$value"
done
refused "--timeout without --wait" '--wait' --timeout 1
refused "--wait and --time" '--timeout' --wait insert -t 1
refused "--exec without a command" 'no command' --exec
refused "--exec ;" 'no command' --exec ';'
refused "--exec ''" 'the command is empty' --exec ''
modes=(-r -c -s5 --once '--wait=insert')
for a in "${modes[@]}"; do
  for b in "${modes[@]}"; do
    [ "$a" = "$b" ] || refused "$a and $b" 'exclude' "$a" "$b"
  done
done
refused "-q and -v" 'exclude' -q -v
for mode in -r -c -s5; do
  refused "$mode and --exec" 'exec' $mode --exec true
  refused "$mode and --events" 'events' $mode --events card_mute
done
refused "an operand" "unexpected argument 'word'" word
refused "an unknown option" 'nonesuch' --nonesuch
refused "a flag with a value" 'takes no argument' --json=1
# shellcheck disable=SC2046 # 65 times two words
refused "too many --reader" '64' $(printf -- '--reader R%d ' $(seq 65))
golden values-repeated still --once -n -n --timestamps=utc --timestamps=none --color=always --color=never \
  --events card_inserted --events card_inserted --reader '*00' --reader '*00' -t 9 -t 8
t_golden pcsc_scan/help "$FAKE/pcsc_scan" --help
t_eq "-h is --help" "$("$FAKE/pcsc_scan" --help)" "$("$FAKE/pcsc_scan" -h)"
t_like "--version" "$("$FAKE/pcsc_scan" --version)" '^pcsc_scan \(cardscope\) [0-9]'
t_eq "-V is --version" "$("$FAKE/pcsc_scan" --version)" "$("$FAKE/pcsc_scan" -V)"

# ---- every scenario there is ----
for file in "$top"/tests/fake/scenarios/*.scn; do
  name=$(basename "$file" .scn)
  cp "$file" "$name"
  case $name in
    storm*) ;;
    *) golden "scenario-$name" "$name" -n -d -q --timestamps=none -t 20 ;;
  esac
done
FAKE_WINSCARD=storm10k "$FAKE/pcsc_scan" --json --no-lookup >out
t_eq "10,000 insertions and removals: status 0" 0 $?
t_eq "... none is lost, none is told twice" "0" \
  "$(grep -o '"event":"card_[a-z]*".*"event_count":[0-9]*' out |
    awk -F'[:,"]+' '{want = NR % 2 ? "card_inserted" : "card_removed"
      if ($3 != want || $NF != NR % 65536) bad++} END {print bad + (NR != 20000)}')"
t_done
