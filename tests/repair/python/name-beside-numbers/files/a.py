def total1():
    return 1


print(totl1())
