#!/bin/bash
set -e
( -frob x )
