import configparser

c = configparser.ConfigParser()
c.read("etc/paint.ini")
print(c["tone"]["name"])
