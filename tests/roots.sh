#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# roots.sh DIR: puts every case of tests/roots into DIR, made whole. A case holds only what differs from the case that
# the line "base=NAME" of its file "case" names; "gone=PATH" is there, but not in this case.
set -eu
roots=$(cd "$(dirname "${BASH_SOURCE[0]}")/roots" && pwd)
to=$1

for from in "$roots"/*/; do
  from=${from%/}
  name=${from##*/}
  base='' gone=()
  while IFS= read -r line; do
    case $line in
      base=*) base=${line#*=} ;;
      gone=*) gone+=("$to/$name/${line#*=}") ;;
      *) break ;;
    esac
  done <"$from/case"
  [ -z "$base" ] || cp -a "$roots/$base" "$to/$name"
  [ ${#gone[@]} = 0 ] || rm -r "${gone[@]}"
  cp -a --remove-destination "$from" "$to"
done
