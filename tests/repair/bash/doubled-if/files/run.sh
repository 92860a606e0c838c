for name in a b; do
  if [ "$name" = a ]; then
  if [ "$name" = a ]; then
    echo first
  else
    echo "then $name"
  fi
done
