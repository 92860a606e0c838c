#!/usr/bin/python3
"""Doc
import a
"""
from b import (
    c,
)
import d
