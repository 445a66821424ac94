"""A person in front of a browser: everything they can do, done for real, and what they see."""

from __future__ import annotations

from harness.person.acts_account import AccountActs
from harness.person.acts_beyond import BeyondActs
from harness.person.acts_diagnosis import DiagnosisActs
from harness.person.acts_network import NetworkActs
from harness.person.body import HUSH, PATIENCE, InTheWay, NothingToDo, Unavailable
from harness.person.survey import Survey
from harness.person.watching import Screen
from harness.person.windows import Outfit


class Person(BeyondActs, AccountActs, NetworkActs, DiagnosisActs):
    """One person of one arm, with all that `harness.remedies` can ask of them."""


__all__ = ["HUSH", "PATIENCE", "InTheWay", "NothingToDo", "Outfit", "Person", "Screen", "Survey", "Unavailable"]
