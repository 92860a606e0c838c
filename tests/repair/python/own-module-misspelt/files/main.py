from shop.price import price
from shop.stock import count

print(price("tea") * count("tea"))
