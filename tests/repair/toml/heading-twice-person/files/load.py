import tomllib

print(tomllib.load(open("hive.toml", "rb")))
