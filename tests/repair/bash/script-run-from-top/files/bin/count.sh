#!/bin/bash
# How many names there are
set -eu
echo "$#"
