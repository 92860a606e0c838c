from ..rates import RATE


def total(n):
    return n * RATE
