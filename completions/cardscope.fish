# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for cardscope: every tool answers --complete-options, so nothing is listed here.

function __cardscope_readers
    pcsc_scan --readers --time 2 </dev/null 2>/dev/null | string replace -r '^[0-9]+: ' ''
end

function __cardscope_define --argument-names tool
    command -q $tool; or return
    # a tool of pcsc-tools by the same name has something else to say
    set -l lines ($tool --complete-options </dev/null 2>/dev/null | string match -r '^--.*\t.*'); or return
    for line in $lines
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
            case command
                set -a args -f -a '(__fish_complete_command)'
            case none
                test "$field[3]" = required; and set -a args -f
            case '*'
                # behind a comma one more of a list
                set -a args -f -a "(__fish_append , $(string replace -a , ' ' -- $field[4]))"
        end
        complete $args
    end
    # the commands that its synopsis names
    set -l commands ($tool --help </dev/null 2>/dev/null | string match -rg '^(?: {6}|Usage:) [^ ]+ ([a-z][a-z-]*)(?: .*)?$')
    set -q commands[1]; or return
    complete -c $tool -n "not __fish_seen_subcommand_from $commands" -f -a "$commands"
end

complete -c pcsc_remote -n __fish_is_first_token -f -a '(__fish_complete_user_at_hosts)'
complete -c pcsc_remote -n 'not __fish_is_first_token' -a '(__fish_complete_subcommand --fcs-skip=2)'

for tool in atr_parse pcsc_scan scriptor card_replay pcsc_top pcsc_doctor pcsc_remote
    __cardscope_define $tool
end
