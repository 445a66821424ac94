"""Traces: where they are kept, and that no secret is left inside."""

from __future__ import annotations

import zipfile
from pathlib import Path

from harness.browser import traces
from harness.values.secrets import Secrets

NETWORK = b'{"headers":[{"name":"Set-Cookie","value":"session=fresh-value-1; Path=/"}]}'


def archive(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("trace.trace", b'{"method":"fill","value":"known-value-1"}')
        made.writestr("trace.network", NETWORK)
        made.writestr("resources/page.html", b"<p>fresh-value-1 and known-value-1</p>")
    return path


def test_no_secret_is_left_in_a_trace(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip")
    traces.redact(path, Secrets(["known-value-1"]))
    with zipfile.ZipFile(path) as kept:
        assert kept.namelist() == ["trace.trace", "trace.network", "resources/page.html"]
        content = b"".join(kept.read(name) for name in kept.namelist())
    assert b"fresh-value-1" not in content
    assert b"known-value-1" not in content
    assert b"<p>[redacted] and [redacted]</p>" in content
    assert list(tmp_path.iterdir()) == [path]


def test_a_trace_that_was_put_by_is_kept_without_its_secrets(tmp_path: Path) -> None:
    target = tmp_path / "traces" / "a.zip"
    traces.keep(archive(tmp_path / "aside.zip"), target, Secrets(["known-value-1"]))
    assert not (tmp_path / "aside.zip").exists()
    with zipfile.ZipFile(target) as kept:
        assert b"known-value-1" not in kept.read("trace.trace")


def test_the_first_window_has_the_name_and_the_others_stand_beside_it() -> None:
    assert [path.name for path in traces.names(Path("t/a.zip"), 3)] == ["a.zip", "a-2.zip", "a-3.zip"]
