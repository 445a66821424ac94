"""What a run ends with: what failed comes first, then what its authors got wrong, then the environment."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.pytest_plugin import _exit_code
from harness.pytest_plugin.ending import _KILLED
from harness.pytest_plugin.folder import ERRORS
from harness.values.result import Verdict
from tests.judging.test_verdict import result

PASSED, FAILED = result(Verdict.PASS), result(Verdict.FAIL)


@pytest.mark.parametrize(
    ("results", "wrong", "killed", "failed", "code"),
    [
        ([PASSED], 0, 0, 0, 0),
        ([PASSED], 1, 0, 1, 2),
        ([PASSED], 0, 1, 1, 3),
        ([PASSED], 1, 1, 2, 2),
        ([PASSED], 0, 0, 1, 1),
        ([PASSED], 1, 0, 2, 1),
        ([PASSED, FAILED], 1, 0, 2, 1),
        ([PASSED, FAILED], 0, 1, 2, 1),
    ],
)
def test_what_failed_comes_first(results: list[Any], wrong: int, killed: int, failed: int, code: int) -> None:
    """`failed`: what pytest counts, which are failed items, files that could not be read, and killed workers."""
    stash = pytest.Stash()
    stash[ERRORS] = dict.fromkeys(map(str, range(wrong)))
    stash[_KILLED] = killed
    session: Any = SimpleNamespace(config=SimpleNamespace(stash=stash), testsfailed=failed)
    assert _exit_code(session, results) == code
