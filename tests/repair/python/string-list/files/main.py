words = ["one", "two, "three"]
print(words)
