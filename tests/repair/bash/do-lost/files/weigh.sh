#!/bin/bash
set -eu

weigh() {
  local dir=$1 n=0
  for file in "$dir"/*; do
    if [ -f "$file" ]; then
      n=$((n + 1))
    elif [[ $file =~ /skip ]]; then
      n=$((n + 100))
    fi
  done
  while read -r line;
    [ "$line" = x ] && n=$((n + 10))
  done <"$dir/a"
  echo "$n"
}

weigh data
[ "$(weigh data)" = 112 ]
