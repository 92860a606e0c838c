a, b = 1, 2
if a == 1 && b == 2:
    print("both")
