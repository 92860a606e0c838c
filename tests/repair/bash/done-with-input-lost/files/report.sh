#!/bin/bash
# report.sh - sum up the orders of a day
set -eu

directory=$(dirname "$0")
orders="$directory/orders.csv"
declare -A totals

usage() {
	echo "usage: $0 [-v] [-l limit]" >&2
	exit 2
}

log() {
	if [ "$verbose" = yes ]; then
		printf '%s\n' "$*"
	fi
}

read_orders() {
	local customer amount rest
	while IFS=, read -r customer amount rest; do
		if [[ $customer == customer || -z $customer ]]; then
			continue
		fi
		totals[$customer]=$((${totals[$customer]:-0} + amount))
		log "read $customer $amount"
}

verbose=no
limit=100
while getopts vl: option; do
	case $option in
	v) verbose=yes ;;
	l) limit=$OPTARG ;;
	*) usage ;;
	esac
done

read_orders
count=0
for customer in "${!totals[@]}"; do
	if [ "${totals[$customer]}" -gt "$limit" ]; then
		echo "$customer owes ${totals[$customer]}"
		count=$((count + 1))
	fi
done | sort
echo "limit was $limit"
