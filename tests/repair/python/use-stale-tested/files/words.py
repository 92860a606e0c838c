def longest(words):
    return max(words, key=len, default="")


def shortest(words):
    return min(words, key=len, default="")


def span(words):
    return len(longest_value(words)) - len(shortest(words))
