#!/usr/bin/env python3
"""A tool.

import nothing here
"""
import sys

print(os.path.basename("/a/b"), len(sys.argv))
