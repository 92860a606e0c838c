a=1
b=2
if [ $a -eq 1 && $b -eq 2 ]; then echo both; else exit 1; fi
