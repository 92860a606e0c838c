def hello:
    print("hi")


hello()
