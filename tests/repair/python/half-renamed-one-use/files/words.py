def transliterate(text):
    return text.encode("ascii", "ignore").decode()


def slug(text):
    return get_transliterate(text).lower()


print(slug("Tea"))
