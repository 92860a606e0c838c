$n=3
echo "n is $n"
test "$n" = 3
