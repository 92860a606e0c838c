import shop

print(shop.total(2))
