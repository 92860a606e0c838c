def half(n):
def half(n):
    return n // 2


print(half(4))
