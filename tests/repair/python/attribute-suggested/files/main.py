words = []
words.appendd("a")
print(words)
