#!/bin/sh
mkdir -p $1 $2
