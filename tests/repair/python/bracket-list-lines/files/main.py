names = [
    "ada",
    "bob",

print(len(names))
