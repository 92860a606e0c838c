set -e
greet_user() {
	echo "Hello, $1"
}
greet you
greet me
