def total(items, verbose):
    return sum(items)


print(total([1, 2]))
