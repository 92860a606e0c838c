#!/bin/sh
words=(a b)
echo "${words[1]}"
