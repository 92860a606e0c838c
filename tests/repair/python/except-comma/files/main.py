try:
    int("x")
except ValueError, e:
    print(type(e).__name__)
