#!/bin/sh
if [ $1 = a ]; then
	echo "${2}" $3
fi
read line
echo "$line"
cd /tmp
