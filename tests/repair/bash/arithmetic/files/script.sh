n=3
if (( n -gt 2 )); then echo more; else exit 1; fi
