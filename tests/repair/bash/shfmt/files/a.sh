#!/bin/sh
case $1 in
a) echo one;;
esac
if [ "$1" = b ];then
echo two   >&2
fi
