#!/bin/bash
name="ä"
	echo "é $name"  $1
cd "$2"
ls
