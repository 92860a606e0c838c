def mix(load_a=1, load_b=2):
    return load_a - load_b


print(mix(load_c=1))
