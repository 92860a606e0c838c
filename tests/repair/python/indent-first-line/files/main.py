def parts(s):
     result = []
    for p in s.split("."):
        if p:
            result.append(p)
    return result


print(parts("1.2"))
