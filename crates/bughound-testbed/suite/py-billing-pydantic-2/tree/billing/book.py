"""All invoices of a shop."""

from collections import defaultdict

from pydantic import ValidationError, parse_obj_as

from .models import Customer, Invoice
from .money import Money


class Problem(Exception):
    """Something in the input is wrong: where, and what."""

    def __init__(self, error):
        self.places = {
            ".".join(str(part) for part in found["loc"]): found["msg"] for found in error.errors()
        }
        super().__init__("; ".join("%s: %s" % item for item in sorted(self.places.items())))


class Book:
    def __init__(self, settings):
        self.settings = settings
        self.invoices = {}

    def add(self, data):
        try:
            invoice = Invoice.parse_obj(data)
        except ValidationError as error:
            raise Problem(error)
        self.invoices[invoice.number] = invoice
        return invoice

    def read(self, text):
        try:
            invoice = Invoice.parse_raw(text)
        except ValidationError as error:
            raise Problem(error)
        return self.add(invoice.dict())

    def add_customers(self, rows):
        return parse_obj_as(list[Customer], rows)

    def correct(self, number, **changes):
        """A copy of an invoice with changes takes its place."""
        old = self.invoices[number]
        unknown = set(changes) - set(Invoice.__fields__)
        if unknown:
            raise KeyError(sorted(unknown)[0])
        return self.add({**old.dict(), **changes})

    def rename(self, number, name):
        old = self.invoices[number]
        customer = old.customer.copy(update={"name": name})
        self.invoices[number] = old.copy(update={"customer": customer})

    def owed(self):
        """What each customer owes, by number, with tax."""
        owed = defaultdict(Money)
        for invoice in self.invoices.values():
            number = invoice.customer.number
            owed[number] = Money(owed[number] + invoice.with_tax(self.settings.tax))
        return dict(owed)

    def write(self, number):
        """As it was given, without what is not said."""
        return self.invoices[number].json(by_alias=True, exclude_none=True, exclude_defaults=True)
