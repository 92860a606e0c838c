"""Totals of an order."""


def total(items):
    return sum(item.price * item["count"] for item in items)  # not item.price


print(total([{"price": 3, "count": 2}, {"price": 4, "count": 1}]))
