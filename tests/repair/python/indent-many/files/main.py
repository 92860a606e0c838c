def triple(x):
y = 3 * x
z = y + 1
return z


print(triple(4))
