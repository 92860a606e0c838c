import unittest

import version


class Versions(unittest.TestCase):
    def test_core(self):
        self.assertEqual(version.core("1.2-rc1"), "1.2")
