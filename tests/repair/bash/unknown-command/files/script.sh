set -e
frobnicate --all
