def f(n):
        if n:
                return 1
	return 2


print(f(0))
