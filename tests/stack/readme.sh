#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The README's tour, command by command, on the real stack. In what it shows, "..." stands for any lines on a line of
# its own and for any text within one.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

if [ "${1:-}" != --inside ]; then
  rm -rf "$T_TMP"
  exec scripts/stack --readers 4 --card data/demo/iso7816.trace --card data/demo/storage.trace -- "$0" --inside 2>&1
fi
export PATH=$BIN:$PATH
cd "$T_TMP" || exit 1

# pattern TEXT: the shell pattern that TEXT with its "..." stands for
pattern() {
  local quoted
  quoted=$(printf '%s' "$1" | sed 's/[][*?\\]/\\&/g; s/\.\.\./*/g')
  printf '%s' "$quoted"
}

command=
shown=
compare() {
  local got want
  [ -n "$command" ] || return 0
  got=$(bash -c "$command" 2>/dev/null)
  want=$(pattern "$shown")
  # shellcheck disable=SC2053 # the right side is a pattern on purpose
  if [[ $got == $want ]]; then
    t_pass "$command"
  else
    t_fail "$command" "$(diff -u --label README --label got <(printf '%s\n' "$shown") <(printf '%s\n' "$got"))"
  fi
}

tour() {
  # shellcheck disable=SC2016 # the backquotes are the README's own
  sed -n '/^```console$/,/^```$/p' "$top/README.md" | grep -v '^```'
}

while IFS= read -r line; do
  case $line in
    '$ '*)
      compare
      command=${line#"$ "}
      shown=
      ;;
    *) shown+=${shown:+$'\n'}$line ;;
  esac
done < <(tour)
compare
t_done
