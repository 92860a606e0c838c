>>> x = 2
>>> for i in range(x):
...     print(i)
