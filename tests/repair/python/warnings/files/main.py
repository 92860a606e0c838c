import re

RAW = r"\d+\.\d+"
found = re.findall("\d+\\.\d+", "1.5 and 2.5")
# "\d" is only named here
print(found is 0, re.findall(RAW, "1.5") == ["1.5"])
if found != ["1.5", "2.5"]:
    raise SystemExit("other texts are found")
