print(valeu)
value = 1
