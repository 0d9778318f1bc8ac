import unittest

from ledger import Book


class BookTest(unittest.TestCase):
    def test_one_payment(self):
        book = Book(["ann", "bob"])
        book.paid("ann", "10.00")
        self.assertEqual(book.settle(), [("bob", "ann", 500)])

    def test_rest_is_not_lost(self):
        book = Book(["ann", "bob", "cem"])
        book.paid("ann", "10.00")
        self.assertEqual(sum(book.balance.values()), 0)

    def test_for_some(self):
        book = Book(["ann", "bob", "cem"])
        book.paid("bob", "3.00", ["ann", "cem"])
        self.assertEqual(book.balance, {"ann": -150, "bob": 300, "cem": -150})

    def test_stranger(self):
        with self.assertRaises(KeyError):
            Book(["ann"]).paid("dan", "1")
