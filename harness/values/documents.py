"""What the four source documents advise: which remedies for which failures. Facts, cited by section.

S0 is about connection termination, S1 about internal server error and the other common errors, S2 and S3 about bad
gateway. A remedy that a document advises for a failure is a claim that it recovers.
"""

from __future__ import annotations

ORDERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "S0": (("R1", "R2"), ("R3",), ("R5", "R10"), ("R8", "R9"), ("R21",), ("R22",), ("R23",)),
    "S1": (
        ("R1",),
        ("R14", "R21"),
        ("R2",),
        ("R7", "R8"),
        ("R16",),
        ("R15",),
        ("R20",),
        ("R3", "R11"),
        ("R22", "R23"),
    ),
    "S2": (("R1",), ("R21",), ("R2",), ("R8", "R9", "R11")),
    "S3": (
        ("R1",),
        ("R2",),
        ("R8", "R9"),
        ("R21",),
        ("R12",),
        ("R3",),
        ("R14",),
        ("R22",),
        ("R20", "R23", "R26"),
    ),
}
"""The order in which each document tells a person to try its remedies; those of one step stand together."""

COVERS: dict[str, tuple[str, ...]] = {
    "F1": ("S0",),
    "F2": ("S1",),
    "F3": ("S2", "S3"),
    "F4": ("S3",),
    "F5": ("S3",),
    "F6": ("S1", "S3"),
    "F7": ("S1",),
    "F8": ("S1",),
    "F9": ("S1",),
    "F10": ("S1",),
    "F11": ("S1",),
    "F12": ("S1",),
    "F13": ("S1", "S3"),
    "F14": ("S1", "S2", "S3"),
}
"""Which documents speak of a failure."""

EXTRA: dict[str, tuple[str, ...]] = {
    "F1": ("R4", "R7", "R14"),
    "F6": ("R15", "R29"),
    "F7": ("R18",),
    "F9": ("R3", "R13", "R24"),
    "F10": ("R5", "R6", "R7"),
    "F11": ("R13", "R17", "R19"),
    "F12": ("R25",),
    "F13": ("R12", "R30"),
}
"""Remedies that a document gives for a failure outside its general order (catalogue, column source)."""


SHORTEST_WAIT = 60.0
"""Seconds: the shortest wait that a document advises (1 to 2 minutes after a rate limit, else a few minutes)."""
ROWS: dict[str, int] = {"F": 14, "C": 17, "K": 9}
"""How many rows the catalogue has of failures, causes and claims; they are numbered from 1."""


def known_row(row: str) -> bool:
    """Whether the catalogue has this row, such as F1."""
    letter, number = row[:1], row[1:]
    return letter in ROWS and number.isdecimal() and number[:1] != "0" and int(number) <= ROWS[letter]


def advised(failure: str) -> frozenset[str]:
    """The ids of the remedies that the documents advise for a failure; empty for one that they don't know."""
    general = {remedy for document in COVERS.get(failure, ()) for step in ORDERS[document] for remedy in step}
    return frozenset(general | set(EXTRA.get(failure, ())))
