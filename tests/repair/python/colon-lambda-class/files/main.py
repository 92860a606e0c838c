class Shelf
    size = 3


print(Shelf.size)
