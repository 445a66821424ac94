"""Texts are seen, told, accepted, and only then expected; a shipped profile is nobody's to write into."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli import main
from harness.language import profiles
from tests.report.card.test_card import control, story
from tests.report.told import recorded, written

PROFILE = """runs: page
sends: Enter
locators: {root: main, composer: textarea, message: .m, user_message: .u} # as they are
messages: {timeout: {en: Too late}, generic: {en: Oh}}
"""


def test_seen_then_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = story("a", "timeout", "Too slow")
    written(tmp_path, [control("a", "F5")], events)
    recorded(tmp_path / "report", events)
    mine = tmp_path / "mine.yaml"
    mine.write_text(PROFILE)
    assert main(["client", "learn", str(mine), "--run", str(tmp_path / "report")]) == 0
    profiles._read.cache_clear()
    assert profiles.client(str(mine)).text("timeout", "en") == "Too late"
    capsys.readouterr()
    assert main(["client", "accept", str(mine)]) == 0
    assert "timeout (en): “Too late” → “Too slow”" in capsys.readouterr().out
    profiles._read.cache_clear()
    client = profiles.client(str(mine))
    assert (client.text("timeout", "en"), client.text("generic", "en"), client.seen) == ("Too slow", "Oh", {})
    assert "# as they are" in mine.read_text()


@pytest.mark.parametrize("command", ["learn", "accept"])
def test_a_shipped_profile_is_not_written_into(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["client", command, "own-page"]) == 2
    assert "name the copy" in capsys.readouterr().err


def test_there_is_something_to_accept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(PROFILE)
    assert main(["client", "accept", str(mine)]) == 2
    assert "has nothing seen" in capsys.readouterr().err
