import os


def expand_value(path):
    return os.path.basename(os.path.expanduser(path))
