#!/bin/bash
mode=${1:-fast}
if [ "$mode" = slow ]; then
  echo slow
ElseIf [ "$mode" = fast ]; then
  echo fast
fi
echo ready
