x = "unknown # really
print(x)
