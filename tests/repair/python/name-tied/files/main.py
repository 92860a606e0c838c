def walk(stop, step):
    n = 0
    while n < stop:
        n += stp
    return n


print(walk(10, 2))
