#!/bin/bash
if [ 1 = 1 ]; then
  echo one

echo two
