#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# atr_parse: every option, every exit status, with card lists made here and readers of the fake winscard.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
cd "$T_TMP" || exit 1

parse=$BIN/atr_parse
clean='3B 02 14 50'
wrong='3B 82 81 00 41 42 01'
golden() {
  local name=$1
  shift
  t_golden "atr_parse/$name" "$@"
}

cat >list.txt <<'END'
# two entries fit 3B 02 14 50, the pattern stands first
3B 02 .. 50
	any card of this make
3B 02 14 50
	first card
	its second name (Bank)

3B 8F 80 01 80 4F 0C A0 00 00 03 06 .. 00 01 00 00 00 00 ..
	storage card
	ticket of a town
3B 00
END
printf '\tcaf\xc3\xa9 \x1b[31mred\x1b[0m \xff\n' >>list.txt
printf '3F 02 14 50\n\tsecond list\n' >more.txt
: >empty.txt
known=(--db list.txt)

golden help "$parse" --help
golden complete-options "$parse" --complete-options

# explanation
golden explain-t0 "$parse" "${known[@]}" "$clean"
golden explain-t1 "$parse" "${known[@]}" '3B 9F 95 81 31 FE 9F 00 66 46 53 05 01 00 11 71 DF 00 00 03 6A 82 F8'
golden explain-specific "$parse" "${known[@]}" --clock 3570 '3B 91 13 91 81 31 FE 45 41 59'
golden explain-uicc "$parse" --no-lookup '3B 9F 96 80 3F C7 A0 80 31 E0 73 FE 21 1B 64 07 68 9A 00 82 90 00 B4'
golden explain-storage "$parse" "${known[@]}" 3B8F8001804F0CA000000306030001000000006A
golden explain-type-b "$parse" --no-lookup '3B 88 80 01 00 00 00 00 33 81 81 00 3A'
golden explain-mifare "$parse" --no-lookup '3B 87 80 01 C1 05 2F 2F 01 BC D6 A9'
golden explain-memory "$parse" --no-lookup '3B 04 A2 13 10 91'
golden explain-cut-off "$parse" --no-lookup '3B 9F 95'
golden explain-faults "$parse" --no-lookup '3B 7F 18 00 00 00 31 C0 73 9E 01 0B 64 52 D9 05 00 82 90 00 90 00'
golden explain-not-converted "$parse" --no-lookup --clock 4000 '03 59 5B'
golden explain-guard-time "$parse" --no-lookup --clock 4000 '3B D0 96 05 80 81 1F C7 8B 90 00'
golden explain-reserved "$parse" --no-lookup --clock 4000 '3B D0 9B FF 80 0E 2A 43'
golden explain-color "$parse" --color=always "${known[@]}" "$wrong"
golden explain-two "$parse" "${known[@]}" 3B021450 3B00
golden list-text-is-escaped "$parse" "${known[@]}" --lookup-only 3B00
golden unknown-card "$parse" "${known[@]}" --lookup-only "$wrong"

# other forms
golden short "$parse" "${known[@]}" --short 3B021450 3B8281004142 '3B 00'
golden short-no-lookup "$parse" --no-lookup --short 3B021450 '3B 20 00'
golden json "$parse" "${known[@]}" --json "$clean" 3B8F8001804F0CA000000306030001000000006A
golden json-no-lookup "$parse" --no-lookup --json "$wrong"
golden json-full "$parse" --no-lookup --json=full '3B 9F 96 80 3F C7 A0 80 31 E0 73 FE 21 1B 64 07 68 9A 00 82 90 00 B4'
golden json-full-type-b "$parse" --no-lookup --json=full '3B 88 80 01 00 00 00 00 33 81 81 00 3A'
golden check-clean "$parse" --check "$clean"
golden check-error "$parse" --check "$wrong" "$clean"
golden check-warning "$parse" --check '3B 20 00'
golden check-strict "$parse" --check --strict '3B 20 00'
golden check-json "$parse" --check --json "$wrong"
golden lookup-only-found "$parse" "${known[@]}" --lookup-only "$clean"
golden lookup-only-json "$parse" "${known[@]}" --lookup-only --json "$clean" "$wrong"
golden diff-same "$parse" --diff 3B021450 '3b:02:14:50'
golden diff "$parse" --diff 3B021450 '3B 95 96 80 01 01 02 03 04 05 13'
golden diff-json "$parse" --diff --json 3B021450 3F02145011
golden diff-one "$parse" --diff 3B021450
golden diff-bad "$parse" --diff 3B021450 3B0214X0
golden fix "$parse" --fix "$wrong" '3B 82 81 00 41 42' '3B 82 81 00 41 42 77 90 00' '3B 02 14 50 11'
golden fix-impossible "$parse" --fix "$clean" '3B 04 60 89'
golden search "$parse" "${known[@]}" --search CARD
golden search-json "$parse" "${known[@]}" --json --search bank
golden search-none "$parse" "${known[@]}" --search nothing

# statistics
printf '%s\n' '3B 02 14 50' '3B 95 96 80 01 01 02 03 04 05 13' '3B 1[12] 95' '3B 9. 96 80 01 3F' '3B 04 60 89' \
  '	a description' '# a comment' '' '3F 10 96' >atrs.txt
golden stats "$parse" --stats TA1 atrs.txt
golden stats-json "$parse" --stats td1 --json atrs.txt
golden stats-stdin "$parse" --stats K - <atrs.txt
golden stats-empty "$parse" --stats TCK empty.txt
golden stats-card-list "$parse" --stats T0 list.txt
golden stats-bad-line "$parse" --stats TS <<<$'3B 00\n3B 0X'
golden stats-field "$parse" --stats TE1 atrs.txt
golden stats-no-file "$parse" --stats TS missing.txt
golden stats-file-escaped "$parse" --stats TS $'a\e[31m\xff'
golden stats-directory "$parse" --stats TS .
golden stats-two-files "$parse" --stats TS atrs.txt $'\e]0;x\a'
golden stats-field-escaped "$parse" --stats $'\e[31m' atrs.txt
golden stats-field-empty "$parse" --stats '' atrs.txt
printf '3B 0X\n' >$'bad\e[31m'
golden stats-line-escaped "$parse" --stats TS $'bad\e[31m'
golden stats-pasted "$parse" --stats TS <<<$'\e[35m  ATR: 3B 02 14 50\e[0m\n{"state":["PRESENT"],"atr":"3F 00"}'

# input
golden words-bytes "$parse" --no-lookup --short 3b 2 0x14 50
golden words-pasted "$parse" --no-lookup --short Card ATR: 3B 02 14 50
golden words-mixed "$parse" --no-lookup --short 3B02145 'zz' '' "$clean"
golden words-one-bad-byte "$parse" --no-lookup --short 3B 02 XX 50
golden words-one-long-byte "$parse" --no-lookup --short 3B 02 500 50
golden words-empty "$parse" --no-lookup --short '' 3B 02 '' 14 50
golden words-nothing "$parse" --no-lookup --short ''
golden words-c-array "$parse" --no-lookup --short '{0x3B,' 0x02, 0x14, '0x50}'
golden words-escaped "$parse" --no-lookup --short $'\e]0;x\a3B00'
# shellcheck disable=SC2046 # a word for each byte
golden words-too-many "$parse" --no-lookup --short $(printf '3B %.0s' {1..1025})
t_eq '1024 bytes are read' 1024 "$("$parse" --no-lookup --json "$(printf '3B%.0s' {1..1024})" | grep -o '"len":1024' | cut -d: -f2)"
golden words-behind-dashes "$parse" --short --no-lookup -- 3B00
golden too-long "$parse" --no-lookup --short "$(printf '3B%.0s' {1..1025})"
golden stdin "$parse" --no-lookup --short <<'END'
# a list
3B 02 14 50

  ATR: 3B:02:14:25
3B 0G
3B 0
0x3B,0x00
END
golden stdin-forms "$parse" --no-lookup --short <<'END'
3B 02 14 50 # a comment
https://smartcard-atr.apdu.fr/parse?ATR=3B+02+14+50&lang=en
https://smartcard-atr.apdu.fr/parse?ATR=3B%2002%2014%2050
{"type":"event","state":["PRESENT"],"atr":"3B 02 14 50","cards":[]}
{ 0x3B, 0x02, 0x14, 0x50 };
| 3B 02 14 50 |
"3b:02:14:50"
3B-02-14-50
ATR:
END
golden stdin-bytes "$parse" --no-lookup --short \
  < <(printf '\xef\xbb\xbf3B 00\r\n\r\n\e[35m  ATR: 3F 00\e[0m\n3B \0 00\n\xef\xbb\xbf3B 00\n3B 02 14 50')
golden stdin-directory "$parse" --no-lookup --short <.
golden stdin-twice "$parse" --no-lookup --short - 3F00 - <<<'3B 00'
golden stdin-dash "$parse" "${known[@]}" --short - 3B00 <<<'3B 02 14 50'
golden stdin-text "$parse" --no-lookup --check <<<$'3B 02 14 50 11\n3B 20 00'
golden stdin-empty "$parse" --no-lookup --short </dev/null
{
  head -c 200000 /dev/zero | tr '\0' 3
  printf '\n3B 00\n'
} >long.txt
golden stdin-long-line "$parse" --no-lookup --short <long.txt

# card lists
golden db-two "$parse" --db list.txt --db more.txt --short 3F021450 3B021450
golden db-missing "$parse" --db list.txt --db missing.txt "$clean"
golden db-directory "$parse" --db . "$clean"
golden db-no-name "$parse" --db '' "$clean"
t_eq 'a list comes from a pipe' "$clean	ok	T=0	piped" \
  "$("$parse" --short --db <(printf '%s\n\tpiped\n' "$clean") "$clean")"
mkdir $'odd\e[31m\xff'
cp list.txt $'odd\e[31m\xff/list.txt'
golden db-name-escaped "$parse" --db $'odd\e[31m\xff/list.txt' --lookup-only 3B00
golden db-missing-escaped "$parse" --db $'\e[32m\xff' --lookup-only 3B00
golden db-name-json "$parse" --db $'odd\e[31m\xff/list.txt' --lookup-only --json 3B00
golden db-empty "$parse" --db empty.txt --db list.txt --short "$clean"
t_eq 'SMARTCARD_LIST is read' "$clean	ok	T=0	first card" \
  "$(SMARTCARD_LIST=list.txt "$parse" --short "$clean" 2>/dev/null)"
mkdir -p "$XDG_DATA_HOME/cardscope"
printf '3B 02 14 50\n\tmine\n' >"$XDG_DATA_HOME/cardscope/smartcard_list.txt"
t_eq 'the own list comes first' "$clean	ok	T=0	mine" "$("$parse" --short "$clean" 2>/dev/null)"
rm "$XDG_DATA_HOME/cardscope/smartcard_list.txt"

# Examples of the manual page run; status 1 is an answer, too. The last one needs a reader and comes below.
while IFS= read -r example; do
  PATH=$BIN:$PATH bash -c "${example//\\e/\\}" >example.txt 2>&1 </dev/null
  t_true "example runs: $example" test $? -lt 2 -a -s example.txt
done < <(sed -n 's/^\.Dl //p' "$top/man/atr_parse.1" | grep -v -- ' -r')

# options that do not go together
golden strict-alone "$parse" --strict "$clean"
golden two-modes "$parse" --short --check "$clean"
golden json-short "$parse" --json --short "$clean"
golden json-level "$parse" --json=more "$clean"
golden search-no-lookup "$parse" --search x --no-lookup
golden search-empty "$parse" "${known[@]}" --search ''
golden search-operand "$parse" --search x "$clean"
golden clock-zero "$parse" --clock 0 "$clean"
golden unknown-option "$parse" --frobnicate

# output that does not arrive
full() { "$@" >/dev/full; }
closed() { "$@" >&-; }
full_stream() { yes 3B00 | timeout 20 "$@" >/dev/full; }
cut_short() {
  yes 3B00 | timeout 20 "$@" | head -1
  echo "${PIPESTATUS[1]}"
}
golden output-full full "$parse" --no-lookup 3B00
golden output-closed closed "$parse" --no-lookup 3B00
golden output-full-stream full_stream "$parse" --no-lookup --short
golden output-cut cut_short "$parse" --no-lookup --short

# readers
parse=$FAKE/atr_parse
scenario() {
  printf '%s\n' "$@" >scenario
  export FAKE_WINSCARD=$PWD/scenario
}
two=('reader "Alpha Reader 00 00"' 'reader "Beta Reader 01 00"')
scenario "${two[@]}" 'insert 1 3B021450'
golden reader-only "$parse" --no-lookup --short -r
golden reader-name "$parse" --no-lookup --short -r 'Beta Reader 01 00'
golden reader-part "$parse" --no-lookup --short -r beta
golden reader-attached "$parse" --no-lookup --short --reader=1
golden reader-index-empty "$parse" --no-lookup --short -r 0
golden reader-ambiguous "$parse" --no-lookup --short -r reader
golden reader-unknown "$parse" --no-lookup --short -r gamma
golden reader-empty "$parse" --no-lookup --short -r ''
golden reader-empty-attached "$parse" --no-lookup --short --reader=
golden reader-and-escape "$parse" --no-lookup --short -r beta $'\e[31m'
golden reader-and-atr "$parse" --no-lookup --short -r beta "$clean"
golden reader-and-diff "$parse" -r --diff 3B00 3B00
t_eq 'PCSC_READER is the default of -r' "$clean	ok	T=0	-" \
  "$(PCSC_READER=beta "$parse" --no-lookup --short -r)"
t_eq 'a name given wins over PCSC_READER' 3 \
  "$(PCSC_READER=beta "$parse" --no-lookup --short -r alpha 2>/dev/null; echo $?)"
scenario "${two[@]}" 'insert 0 3B00' 'insert 1 3B021450'
golden reader-two-cards "$parse" --no-lookup --short -r
scenario "${two[@]}"
golden reader-no-card "$parse" --no-lookup --short -r
scenario 'reader "Alpha"' 'mute 0'
golden reader-mute "$parse" --no-lookup --short -r
scenario 'reader "bad \x1b[31m\xff name"'
golden reader-name-escaped "$parse" --no-lookup --short -r gamma
scenario 'pnp count'
golden reader-none "$parse" --no-lookup --short -r
scenario 'fail SCardEstablishContext 0x8010001D always'
golden reader-no-service "$parse" --no-lookup --short -r
scenario 'fail SCardEstablishContext 0x8010006A always'
golden reader-denied "$parse" --no-lookup --short -r
scenario "${two[@]}" 'fail SCardListReaders 0x80100001'
golden reader-list-fails "$parse" --no-lookup --short -r
scenario "${two[@]}" 'fail SCardGetStatusChange 0x80100009'
golden reader-gone "$parse" --no-lookup --short -r beta

t_done
