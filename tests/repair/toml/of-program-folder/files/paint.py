import tomllib

with open("etc/paint.toml", "rb") as f:
    print(tomllib.load(f)["tone"]["name"])
