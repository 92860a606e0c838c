print("hello)
print("x")
