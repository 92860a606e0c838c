set -u
export greting=hello
env >/dev/null
echo "$greeting"
