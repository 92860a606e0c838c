"""An inventory that can be read, changed and summed up."""
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Item:
    name: str
    price: float
    quantity: int = 1
    tags: list = field(default_factory=list)

    def value(self):
        return self.price * self.quantity


class Inventory:
    def __init__(self):
        self.items = {}

    def add(self, item):
        if item.name in self.items:
            self.items[item.name].quantity += item.quantity
        else:
            self.items[item.name] = item

    def remove(self, name, quantity=1):
        item = self.items[name]
        if quantity > item.quantity:
            raise ValueError(f"only {item.quantity} of {name} left")
        item.quantity -= quantity
        if item.quantity == 0:
            del self.items[name]

    def total(self):
        return sum(item.value() for item in self.items.values())

    def by_tag(self):
        groups = defaultdict(list)
        for item in self.items.values():
            for tag in item.tags:
                groups[tag].append(item.name)
        return dict(groups)


def load(path):
    inventory = Inventory()
    text = Path(path).read_text(encoding="utf-8")
    for entry in json.loads(text):
        inventory.add(Item(**entry))
    return inventory
