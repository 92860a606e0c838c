import unittest


class Words(unittest.TestCase):
    def test_words(self):
        self.assertItemsEqual('b a'.split(), ['a', 'b'])

    def test_other(self):
        self.assertItemsEqual([], [])
