a = [1, 2]
if (len(a) == 2:
    print("two")
