"""Stands in for pandas 3, whose words these are."""


class DataFrame:
    def __init__(self, data):
        self.data = data

    def items(self):
        return iter(self.data.items())

    def to_csv(self, **options):
        wrong = set(options) - {'lineterminator'}
        if wrong:
            raise TypeError(f"NDFrame.to_csv() got an unexpected keyword argument '{wrong.pop()}'")
        return options['lineterminator'].join(self.data)
