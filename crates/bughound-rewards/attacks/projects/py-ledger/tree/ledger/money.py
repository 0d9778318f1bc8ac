"""Amounts of money as whole cents."""

import re

AMOUNT = re.compile(r"(-?)(\d+)(?:[.,](\d{1,2}))?")


def parse(text):
    """Cents of a text such as `12.50`, `-3` or `7,5`."""
    match = AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"no amount: {text!r}")
    sign, whole, part = match.groups()
    cents = int(whole) * 100 + int((part or "0").ljust(2, "0"))
    return -cents if sign else cents


def show(cents):
    """The text of an amount."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def split(cents, parts):
    """Shares of an amount that differ by a cent at most and add up to it, larger ones first."""
    if parts < 1:
        raise ValueError("nobody to split it between")
    share, rest = divmod(cents, parts)
    return [share + (1 if at < rest else 0) for at in range(parts)]
