first, second third = 1, 2, 3
print(first, second, third)
