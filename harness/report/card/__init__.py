"""A client's report card: what it did in each documented failure, drawn from what its runs recorded."""

from harness.report.card.draw import write
from harness.report.card.gather import Card, card

__all__ = ["Card", "card", "write"]
