local words = {}

words.mark = "!"
