"""Secrets of an upstream that no harness knows: what its errors carry in headers, JSON and HTML is in no file."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from tests.clients.test_small import HERE, run
from tests.report.test_a_real_run import every_byte

pytestmark = pytest.mark.live


def spilt() -> dict[str, str]:
    """The values that stand in the small client's server, which is a program and no module."""
    tree = ast.parse((HERE / "server.py").read_text(encoding="utf-8"))
    given = [node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SPILT"]
    values: dict[str, str] = ast.literal_eval(given[0].value)
    return values


def test_what_an_upstream_spills_is_in_no_byte_of_the_report(tmp_path: Path) -> None:
    results = run(tmp_path, "f2_server_error", "spills", "control[nothing]")
    result: dict[str, Any] = results["control[nothing]"]
    assert (result["verdict"], bool(result["trace"])) == ("fail", True)
    (leaks,) = [one for one in result["findings"] if one["check"] == "leaks"]
    assert leaks["holds"] is False, leaks["sentence"]
    inside = list(every_byte(tmp_path / "out"))
    assert any(b"No answer (500)" in content for _, content in inside), "what was spilt was shown"
    assert any(b"[redacted]" in content for _, content in inside)
    found = {(name, what) for name, content in inside for what, value in spilt().items() if value.encode() in content}
    assert found == set()
