"""A runbook: remedies in the order in which a document gives them, tried one after another against some scenarios."""

from __future__ import annotations

from dataclasses import dataclass

from harness.values.scenario import Listed


@dataclass(frozen=True)
class Runbook:
    """`document` is the one whose order it is (S0 to S3), `against` the names of the scenarios that it is tried in."""

    id: str
    path: str
    title: str
    document: str
    steps: tuple[Listed, ...]
    against: tuple[str, ...]
