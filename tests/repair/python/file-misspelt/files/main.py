import math
import sys
from datetime import date
from pathlib import Path

from inventory import Item, load


def describe(inventory):
    lines = []
    for name, item in sorted(inventory.items.items()):
        lines.append(f"{name:<8} {item.quantity:>4} {item.value():>8.2f}")
    lines.append("total %.2f" % inventory.total())
    return "\n".join(lines)


def discount(amount, today=date(2024, 2, 29)):
    if today.month == 2 and today.day == 29:
        return math.floor(amount * 0.9)
    elif amount > 1000:
        return amount - 50
    return amount


def main(arguments):
    source = Path(arguments[0]) if arguments else Path("stokc.json")
    inventory = load(source)
    inventory.add(Item("plank", 4.5, 3))
    inventory.remove("bolt", 100)
    print(describe(inventory))
    for tag, names in sorted(inventory.by_tag().items()):
        print(tag, ", ".join(names))
    print("to pay:", discount(inventory.total()))
    try:
        inventory.remove("plank", 1000)
    except ValueError as error:
        print("refused:", error)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
