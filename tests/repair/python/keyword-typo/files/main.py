def f(x):
    retrun x + 1


print(f(1))
