from rates import convert

print(convert(2, "eur"))
try:
    convert(1, "xyz")
except KeyError as missing:
    print("no rate for", missing)
