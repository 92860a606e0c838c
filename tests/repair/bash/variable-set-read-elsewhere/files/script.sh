set -u
greting=hello
. ./more.sh
echo "$greeting"
