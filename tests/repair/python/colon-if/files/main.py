import sys

if len(sys.argv) > 5
    print("many")  # rare
else:
    print("few")
