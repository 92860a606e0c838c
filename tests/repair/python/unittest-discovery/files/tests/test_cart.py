import unittest
from shop.cart import Cart


class CartTest(unittest.TestCase):
    def test_total(self):
        c = Cart()
        c.add("a", 2)
        c.add("b", 3)
        self.assertEqual(c.total(), 5)
