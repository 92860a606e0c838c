from .words import count


def longest(text):
    return max(count(text).items(), key=lambda item: len(item[0]))[0]
