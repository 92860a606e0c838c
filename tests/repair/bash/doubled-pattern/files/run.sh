case "$1" in
  -v) echo version;;
  -*) echo "unknown option: $1" >&2
  -*) echo "unknown option: $1" >&2
      exit 1;;
esac
echo "run $1"
