NAME = x
