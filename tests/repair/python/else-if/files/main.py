n = 4
if n < 0:
    print("neg")
else if n == 4:
    print("four")
