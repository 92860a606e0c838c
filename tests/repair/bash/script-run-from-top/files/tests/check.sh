#!/bin/bash
set -eu
cd "$(dirname "$0")/.."
trees=$(bash scripts/count.sh oak ash oak)
[ "$trees" = 3 ]
