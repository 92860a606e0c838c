import configparser

c = configparser.ConfigParser()
c.read('paint.ini')
print({s: dict(c[s]) for s in c.sections()})
