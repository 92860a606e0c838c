#!/usr/bin/env python3
"""Sum up what was sold."""


def report(sales):
    total = sum(sales.values())
    for name, amount in sales.items():
        print(f"{name}: {amount} of {totl}")


report({"apples": 3, "pears": 4})
