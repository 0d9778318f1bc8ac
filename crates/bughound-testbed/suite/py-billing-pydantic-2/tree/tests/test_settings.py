from decimal import Decimal
from pathlib import Path

import pytest

from billing.settings import Settings


def test_defaults():
    settings = Settings()
    assert (settings.currency, settings.tax, settings.archive) == ("EUR", Decimal(20), None)


def test_from_environment(monkeypatch):
    monkeypatch.setenv("BILLING_CURRENCY", "CHF")
    monkeypatch.setenv("BILLING_TAX", "8.1")
    monkeypatch.setenv("BILLING_ARCHIVE", "/srv/invoices")
    settings = Settings()
    assert settings.currency == "CHF"
    assert settings.tax == Decimal("8.1")
    assert settings.archive == Path("/srv/invoices")


@pytest.mark.parametrize("name, value", [("BILLING_CURRENCY", "euro"), ("BILLING_TAX", "100"), ("BILLING_TAX", "-1")])
def test_wrong(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError):
        Settings()


def test_cannot_be_changed():
    with pytest.raises((TypeError, ValueError)):
        Settings().tax = Decimal(7)
