def g(x):
    if x:
        return 1
   return 2


print(g(0))
