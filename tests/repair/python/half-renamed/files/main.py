from shop.paths import expand

print(expand("~/a"), expand("b"))
