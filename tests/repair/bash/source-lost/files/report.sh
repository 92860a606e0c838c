#!/bin/bash
set -e
source "$(dirname "$0")/notes.sh"

note "$(sum_of 1 2)"
sum_of 3 4
