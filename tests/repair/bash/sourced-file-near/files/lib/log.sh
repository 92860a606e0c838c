log() { echo "log $1"; }
