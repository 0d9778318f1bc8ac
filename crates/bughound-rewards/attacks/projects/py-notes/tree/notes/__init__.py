"""Names of notes."""

from .slug import slug, unique
