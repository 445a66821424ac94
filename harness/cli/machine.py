"""`chatfault setup`, `doctor` and `clean`: what is on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from harness.stack import sweep
from harness.tools.provision import Missing, look, provide, report_lines


def setup(names: Sequence[str]) -> int:
    provide(names or None)
    return doctor()


def doctor() -> int:
    found = look()
    for line in report_lines(found):
        print(line)
    left = sweep.orphans()
    for orphan in left:
        print(f"left by a killed run: {orphan.what}")
    if left:
        print("  help: the next run ends and removes it, and so does `chatfault clean`")
    return 3 if any(isinstance(one, Missing) for one in found) else 0


def clean() -> int:
    for orphan in sweep.sweep():
        print(f"removed: {orphan.what}")
    return 0
