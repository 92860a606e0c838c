import tone

print(tone.load_c(1))
