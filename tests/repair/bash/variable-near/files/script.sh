set -u
message=hello
echo "$mesage"
