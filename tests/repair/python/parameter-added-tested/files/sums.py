def total(items, verbose):
    return sum(items)


def mean(items):
    return total(items) / len(items)
