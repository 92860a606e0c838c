def read(name):
    total = 0
        total += len(name)
    return total


print(read("x"))
