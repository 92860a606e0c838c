#!/bin/bash
count=0
for file in report-2024.csv notes.txt report-2025.csv; do
	if [ "$file" =~ ^report-[0-9]+\.csv$ ]; then
		count=$((count + 1))
	fi
done
[ "$count" -eq 2 ] || exit 1
echo "$count reports"
