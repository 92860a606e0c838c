import os

from shop import total


def show(prices):
    whole = total(prices, 10)
    print(whole,