"""Keeps the accounts of a shared flat."""

__version__ = "1.4.0"

from .book import Book
from .money import parse, show, split
