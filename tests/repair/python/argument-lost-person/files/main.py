def area(width, height):
    return width * height


w, h = 2, 3
print(area(w))
