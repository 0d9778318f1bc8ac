import json
from decimal import Decimal

import pytest

from billing.book import Book, Problem
from billing.settings import Settings

from test_models import invoice


@pytest.fixture
def book():
    return Book(Settings(tax="10"))


def test_add_and_owe(book):
    book.add(invoice())
    book.add(invoice(no="2024-8", lines=[{"text": "a", "price": "10"}]))
    assert book.owed() == {3: Decimal("2764.30")}


def test_read(book):
    book.read(json.dumps(invoice()))
    assert list(book.invoices) == ["2024-7"]


def test_problems_say_where(book):
    with pytest.raises(Problem) as raised:
        book.add(invoice(customer={"no": 1}, lines=[{"text": "a", "price": "x"}]))
    assert set(raised.value.places) == {"customer.name", "lines.0.price"}
    assert "not an amount of money: 'x'" in str(raised.value)


def test_correct(book):
    book.add(invoice())
    book.correct("2024-7", due="2024-07-01")
    assert str(book.invoices["2024-7"].due) == "2024-07-01"
    with pytest.raises(KeyError):
        book.correct("2024-7", colour="red")
    with pytest.raises(Problem):
        book.correct("2024-7", due="2020-07-01")


def test_rename(book):
    before = book.add(invoice())
    book.rename("2024-7", "Grace")
    assert book.invoices["2024-7"].customer.name == "Grace"
    assert before.customer.name == "Ada"


def test_customers(book):
    read = book.add_customers([{"no": "5", "name": "Alan", "address": {"street": "a", "city": "b"}}])
    assert [(c.number, c.address.country) for c in read] == [(5, "DE")]


def test_write(book):
    book.add(invoice(discounts={"regular": "3.00"}))
    assert json.loads(book.write("2024-7")) == {
        "no": "2024-7",
        "issued": "2024-05-01",
        "customer": {"no": 3, "name": "Ada"},
        "lines": [{"text": "bolts", "price": "1250.00", "count": 2}, {"text": "nuts", "price": "3.00"}],
        "discounts": {"regular": "3.00"},
    }


def test_written_can_be_read(book):
    book.add(invoice())
    text = book.write("2024-7")
    again = Book(book.settings)
    again.read(text)
    assert again.invoices == book.invoices
