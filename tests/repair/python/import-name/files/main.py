def tally(words):
    counts = defaultdict(int)
    for w in words:
        counts[w] += 1
    return dict(counts)


print(tally(["a", "a"]))
