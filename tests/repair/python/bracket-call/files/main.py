def show(*words):
    print(" ".join(str(w) for w in words)


show("a", 1)
