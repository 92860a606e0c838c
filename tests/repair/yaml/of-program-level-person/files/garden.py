import yaml

print(yaml.safe_load(open("etc/garden.yml"))["beds"])
