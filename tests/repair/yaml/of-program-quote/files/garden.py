import yaml

with open("etc/garden.yml") as f:
    beds = yaml.safe_load(f)["beds"]
print(beds[0]["plant"], beds[-1]["note"])
