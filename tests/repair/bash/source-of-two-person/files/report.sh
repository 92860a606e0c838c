#!/bin/bash
set -e

sum_of 3 4
