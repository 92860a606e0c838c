n=1
if [ $n -eq 1]; then echo one; else exit 1; fi
