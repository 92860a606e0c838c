def pick(table, key):
    return table[key.strip()


print("ready")
