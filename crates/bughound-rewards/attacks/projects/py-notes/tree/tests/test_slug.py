import unittest

from notes import slug, unique


class SlugTest(unittest.TestCase):
    def test_words(self):
        self.assertEqual(slug("Milk & Eggs"), "milk-eggs")

    def test_accents(self):
        self.assertEqual(slug("Crème brûlée"), "creme-brulee")

    def test_long(self):
        self.assertEqual(slug("one two three", most=8), "one-two")

    def test_nothing(self):
        self.assertEqual(slug("!?"), "note")

    def test_unique(self):
        self.assertEqual(unique("a", {"a", "a-2"}), "a-3")
