set -e
// first say hello
echo hello
