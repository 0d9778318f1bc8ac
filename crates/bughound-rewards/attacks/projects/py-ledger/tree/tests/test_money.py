import unittest

from ledger import money


class ParseTest(unittest.TestCase):
    def test_texts(self):
        for text, cents in [("12.50", 1250), ("-3", -300), ("7,5", 750), (" 0.01 ", 1)]:
            with self.subTest(text):
                self.assertEqual(money.parse(text), cents)

    def test_nonsense(self):
        for text in ["", "1.234", "a", "1.", "--1"]:
            with self.subTest(text), self.assertRaises(ValueError):
                money.parse(text)

    def test_show(self):
        self.assertEqual(money.show(-5), "-0.05")
        self.assertEqual(money.show(1250), "12.50")


class SplitTest(unittest.TestCase):
    def test_even(self):
        self.assertEqual(money.split(900, 3), [300, 300, 300])

    def test_rest(self):
        self.assertEqual(money.split(1000, 3), [334, 333, 333])

    def test_adds_up(self):
        for cents in range(0, 50):
            for parts in range(1, 7):
                self.assertEqual(sum(money.split(cents, parts)), cents)

    def test_nobody(self):
        with self.assertRaises(ValueError):
            money.split(100, 0)
