def raised(prices, get_percent):
    """The prices, raised by so many percent."""
    out = []
    for price in prices:
        out.append(price + price * percent / 100)
    return out
