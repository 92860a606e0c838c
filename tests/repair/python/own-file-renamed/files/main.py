from shop import prices
from shop.stock import count

print(prices.price("tea") * count("tea"))
