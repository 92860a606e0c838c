def Default_enter(path):
    return path, False


def remap(root, enter=default_enter):
    return enter(root)


def research(root, enter=default_enter):
    return [enter(r) for r in root]


print(remap("a"))
