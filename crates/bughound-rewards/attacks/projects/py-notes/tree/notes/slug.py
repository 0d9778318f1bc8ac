"""Titles as names of files."""

import unicodedata


def slug(title, most=40):
    """Small letters and digits of a title, words joined by `-`, cut at a word."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word
        if len(longer) > most:
            break
        name = longer
    return name or "note"


def unique(name, taken):
    """The name, with a number behind it where it is taken."""
    number, found = 2, name
    while found in taken:
        found = f"{name}-{number}"
        number += 1
    return found
