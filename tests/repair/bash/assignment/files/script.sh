name = "Ada L"
echo "$name" || exit 1
[ -n "$name" ]
