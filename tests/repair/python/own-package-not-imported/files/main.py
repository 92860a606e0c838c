import sys

print(shop.price("tea"), file=sys.stdout)
