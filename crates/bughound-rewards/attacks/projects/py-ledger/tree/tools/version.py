"""Prints the version, for the release script."""

import re
from pathlib import Path

text = Path("ledger/__init__.py").read_text(encoding="utf-8")
print(re.search(r'__version__ = "(.*)"', text)[1])
