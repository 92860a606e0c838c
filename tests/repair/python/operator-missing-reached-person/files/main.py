def span(highest, lowest):
    return highest lowest


print(span(3, 1))
