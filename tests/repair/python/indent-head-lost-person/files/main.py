def read(next, kept):
    state = "a"
    if next == "x":
        state = "b"
    else:
            kept.append(next)
        state = " "
    return state


print(read("x", []))
