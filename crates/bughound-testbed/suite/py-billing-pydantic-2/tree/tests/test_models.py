from datetime import date
from decimal import Decimal

import pytest

from billing.models import Address, Customer, Invoice, Line
from billing.money import Money


def invoice(**changes):
    data = {
        "no": "2024-7",
        "issued": "2024-05-01",
        "customer": {"no": 3, "name": "Ada"},
        "lines": [{"text": " bolts ", "price": "1,250.005", "count": 2}, {"text": "nuts", "price": 3}],
    }
    data.update(changes)
    return data


def test_reads():
    read = Invoice(**invoice(due="2024-06-01"))
    assert read.number == "2024-7"
    assert read.due == date(2024, 6, 1)
    assert read.customer.address is None
    assert read.lines[0].text == "bolts"


def test_money_has_two_places():
    line = Line(text="a", price="1,250.005")
    assert line.price == Decimal("1250.00")
    assert isinstance(line.price, Money)
    assert str(line.price) == "1250.00"


@pytest.mark.parametrize("price", [1.5, "much", None, [], "0"])
def test_no_money(price):
    with pytest.raises(ValueError):
        Invoice(**invoice(lines=[{"text": "a", "price": price}]))


def test_totals():
    read = Invoice(**invoice(discounts={"regular": "3.00"}))
    assert read.net == Decimal("2500.00")
    assert read.with_tax(Decimal("19")) == Decimal("2975.00")


@pytest.mark.parametrize(
    "changes",
    [
        {"no": "seven"},
        {"lines": []},
        {"due": "2024-04-30"},
        {"discounts": {"regular": "99999"}},
        {"colour": "red"},
        {"customer": {"no": 0, "name": "Ada"}},
        {"customer": {"no": 1, "name": "  "}},
        {"customer": {"no": 1, "name": "Ada", "email": "nobody"}},
    ],
)
def test_wrong(changes):
    with pytest.raises(ValueError):
        Invoice(**invoice(**changes))


def test_country_in_capitals():
    assert Address(street="a", city="b", country="at").country == "AT"
    assert Address(street="a", city="b").country == "DE"


def test_by_alias_and_by_name():
    assert Customer(no=1, name="Ada") == Customer(number=1, name="Ada")
