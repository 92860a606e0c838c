class Box:
    pass


print(Box().contents)
