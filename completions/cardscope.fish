# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for cardscope: every tool answers --complete-options, so nothing is listed here.

function __cardscope_readers
    pcsc_scan --readers --time 2 </dev/null 2>/dev/null | string replace -r '^[0-9]+: ' ''
end

# the words of a pcsc_remote from its first operand, or --, to the one at the cursor
function __cardscope_remote_words
    set -l words (commandline -opc)
    set -e words[1]
    while string match -q -- '-*' $words[1]; and test "$words[1]" != --
        contains -- $words[1] $__cardscope_remote_valued; and set -q words[2]; and set -e words[1]
        set -e words[1]
    end
    string join \n -- $words (commandline -ct | string collect --allow-empty)
end

function __cardscope_remote_at_host
    test (count (__cardscope_remote_words)) -le 1
end

# what could follow in the command there, if it were here
function __cardscope_remote_command
    set -l words (__cardscope_remote_words)
    set -l last $words[-1]
    set -e words[-1]
    set -e words[1]
    test "$words[1]" = --; and set -e words[1]
    set -q words[1]; and set words (string escape -- $words)
    complete -C (string join ' ' -- $words "$last" | string collect --allow-empty)
end

function __cardscope_define --argument-names tool
    command -q $tool; or return
    # a tool of pcsc-tools by the same name has something else to say
    set -l lines ($tool --complete-options </dev/null 2>/dev/null | string match -r '^--.*\t.*'); or return
    for line in $lines
        set -l field (string split \t -- $line)
        set -l args -c $tool -l (string sub -s 3 -- $field[1]) -d $field[5]
        test "$field[2]" != "-"; and set -a args -s (string sub -s 2 -- $field[2])
        if test $tool = pcsc_remote
            set -a args -n __cardscope_remote_at_host
            test "$field[3]" = required; and set -ga __cardscope_remote_valued $field[1..2]
        end
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

complete -c pcsc_remote -n __cardscope_remote_at_host -f -a '(__fish_complete_user_at_hosts)'
complete -c pcsc_remote -n 'not __cardscope_remote_at_host' -a '(__cardscope_remote_command)'

for tool in atr_parse pcsc_scan scriptor card_replay pcsc_top pcsc_doctor pcsc_remote
    __cardscope_define $tool
end
