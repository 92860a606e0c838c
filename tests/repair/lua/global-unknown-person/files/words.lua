local words = {}

words.mark = "!"

return words
