def mix(red, blue):
    return red - blue


print(mix(red=1, bleu=2))
