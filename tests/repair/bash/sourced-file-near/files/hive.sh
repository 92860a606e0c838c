set -e
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib/logs.sh"
log bees
