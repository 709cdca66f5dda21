# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for cardscope: every tool answers --complete-options, so nothing is listed here.

function __cardscope_readers
    pcsc_scan --readers --time 2 2>/dev/null | string replace -r '^[0-9]+: ' ''
end

function __cardscope_define --argument-names tool
    command -q $tool; or return
    # a pcsc_scan that is not ours has something else to say
    for line in ($tool --complete-options 2>/dev/null | string match -r '^--.*\t.*')
        set -l field (string split \t -- $line)
        set -l args -c $tool -l (string sub -s 3 -- $field[1]) -d $field[5]
        test "$field[2]" != "-"; and set -a args -s (string sub -s 2 -- $field[2])
        # atr_parse takes a reader for its --reader with a blank between, too
        test "$field[3]" = required; or test "$field[4]" = reader; and set -a args -r
        switch $field[4]
            case file
                set -a args -F
            case reader
                set -a args -f -a '(__cardscope_readers)'
            case none
                test "$field[3]" = required; and set -a args -f
            case '*'
                set -a args -f -a (string replace -a , ' ' -- $field[4])
        end
        complete $args
    end
end

for tool in atr_parse pcsc_scan card_replay
    __cardscope_define $tool
end
