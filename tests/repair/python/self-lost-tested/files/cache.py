class Lazy:
    def __init__(self, make):
        self.make = make
        self.cached = None

    def get(self):
        if cached is None:
            self.cached = self.make()
        return self.cached
