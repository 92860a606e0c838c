import shop

print(shop.price("all"))
