n=1
if[ $n -eq 1 ]; then
  echo one
fi
