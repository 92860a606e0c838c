local bees = {1, 2}
print(len(bees))
