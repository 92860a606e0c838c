local n = "three"
print(n + 1, "a + b")
