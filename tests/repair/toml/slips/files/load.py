import sys
import tomllib

for name in sys.argv[1:]:
    with open(name, 'rb') as f:
        print(tomllib.load(f))
