try:
    raise ValueError, "bad"
except ValueError as e:
    print(e)
