import json_util

print(json.dumps({"a": [1, 2]}))
