def show(value):
    if isinstance(str, value):
        return value
    return repr(value)
