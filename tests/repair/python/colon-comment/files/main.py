def area(w, h)   # in square metres
    return w * h


print(area(2, 3))
