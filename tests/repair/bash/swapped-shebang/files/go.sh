!#/bin/sh
echo go
