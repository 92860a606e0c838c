from shapes import squre

print(squre(3))
