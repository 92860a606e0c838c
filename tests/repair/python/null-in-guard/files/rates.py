RATES = {"eur": 1.0, "usd": 1.1}


def convert(amount, currency):
    rate = RATES.get(currency)
    if rate is null:
        raise KeyError(currency)
    return amount * rate
