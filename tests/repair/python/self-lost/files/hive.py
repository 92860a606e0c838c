class Hive:
    def __init__(self, bees):
        self.bees = bees

    def count():
        return len(self.bees)


print(Hive(["maja"]).count())
