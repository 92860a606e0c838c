def f(a=1):
    return a


while f(a=2) = 2:
    print("two")
    break
