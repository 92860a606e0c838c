local n = 3
print("bees " + n)
