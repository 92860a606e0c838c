def load_a(x):
    return x


def load_b(x):
    return x + 1
