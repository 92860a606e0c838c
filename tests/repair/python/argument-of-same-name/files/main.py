def area(width, height):
    return width * height


def scale(width, height, factor):
    return area(width) * factor


print(scale(2, 3, 4))
