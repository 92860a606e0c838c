class Hive:
    def _init_(self, bees):
        self.bees = bees

    def count(self):
        return len(self.bees)


print(Hive(["maja"]).count())
