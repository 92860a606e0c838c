#!/bin/sh
set -e
[ a == a ]
echo same
