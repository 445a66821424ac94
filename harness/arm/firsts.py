"""Who records an arm under its own name, where several workers run the same control for arms of their own."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from harness.stack.process import goes_on
from harness.values.recordings import AGAIN

FOLDER = ".begun"
"""In the report's folder, while workers share it: a file for each arm, with the process that records it."""


@dataclass(frozen=True)
class Firsts:
    """One worker's claims; without a worker's name there is nobody else, and every arm has its own name."""

    out: Path
    worker: str = ""

    def name(self, arm: str) -> str:
        """The arm's name where this worker is the first to run it, or the first was killed; else one of its own."""
        if not self.worker or self._is_first(arm):
            return arm
        return f"{arm}{AGAIN}{self.worker}"

    def _is_first(self, arm: str) -> bool:
        claim = self.out / FOLDER / hashlib.sha256(arm.encode()).hexdigest()
        claim.parent.mkdir(parents=True, exist_ok=True)
        try:
            with claim.open("x") as file:
                file.write(str(os.getpid()))
            return True
        except FileExistsError:
            owner = claim.read_text()
        if owner == str(os.getpid()):
            return True
        if not owner.isdecimal() or goes_on(int(owner)):
            return False
        claim.write_text(str(os.getpid()))
        return True
