import tomllib

tomllib.load(open('paint.toml', 'rb'))
