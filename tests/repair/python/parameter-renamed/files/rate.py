def surcharge(grams, limit):
    return 2 if grams > limit else 1


def rate(raw_parcel, factor=1):
    """What one parcel costs."""
    if parcel < 0:
        return 0
    return parcel * surcharge(parcel, 2000) * factor


print(rate(3000), rate(-1), rate(10, factor=3))
