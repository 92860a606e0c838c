code = 0123
print(code)
