import json

with open("conf.json") as f:
    print(json.load(f)["a"])
