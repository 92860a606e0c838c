class Float32:
    pass


def main():
    x = Float64()
    print(x)


main()
