import sys

def f(x)
    retrun x

print f(len(sys.argv))
