set -e
cat numbers.txt
