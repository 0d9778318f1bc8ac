"""Amounts of money, exact to the cent."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

CENT = Decimal("0.01")


class Money(Decimal):
    """A decimal with two places. Text such as `1,234.50` is read."""

    @classmethod
    def __get_validators__(cls):
        yield cls.read

    @classmethod
    def read(cls, value):
        if isinstance(value, float):
            raise ValueError("money is not a float: give text or an integer")
        try:
            amount = Decimal(value.replace(",", "") if isinstance(value, str) else value)
        except (InvalidOperation, TypeError):
            raise ValueError("not an amount of money: %r" % (value,))
        return cls(amount.quantize(CENT, rounding=ROUND_HALF_EVEN))
