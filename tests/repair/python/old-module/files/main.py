import ConfigParser

print(hasattr(ConfigParser, "RawConfigParser"))
