case "$1" in
  -v) echo version;;
  *[  echo "run $1"
esac
