#!/bin/bash
set -e
if [ "$1" = retry ]; then
  echo 'Don't try this again'
  echo "It's the last time"
fi
echo ready
