import json

with open("paint.json") as f:
    print(json.load(f)["tone"])
