def now():
    return json.dumps({"a": 1})


print(now())
