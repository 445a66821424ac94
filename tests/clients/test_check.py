"""`chatfault client check` on a client that fits its profile, and on profiles that name the wrong things."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.test_small import profile
from tests.runs import ROOT


def checked(made: Path) -> tuple[int, str]:
    out = made.parent / "pictures"
    command = (sys.executable, "-m", "harness.cli", "client", "check", str(made), "--out", str(out))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.live
@pytest.mark.parametrize("mine", [".me", "asked"])
def test_a_profile_that_fits_is_told_as_one_with_a_picture_of_each_step(tmp_path: Path, mine: str) -> None:
    made = profile(tmp_path)
    made.write_text(made.read_text(encoding="utf-8").replace("user_message: .me", f"user_message: {mine}"))
    code, said = checked(made)
    assert code == 0, said
    assert "talk: the profile fits" in said
    assert "an error of the service is told as “No answer (500).”" in said
    assert "never found" not in said
    pictures = [one.name for one in sorted((tmp_path / "pictures").glob("*.png"))]
    assert pictures == [f"{i}.png" for i in ("1-opened", "2-answering", "3-answered", "4-failed", "5-reloaded")]


@pytest.mark.live
@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("name: Your words", "name: Your word", "composer is never found"),
        ("user_message: .me", 'user_message: "#log > li"', "user_message finds every turn"),
        ('error: "#veil .trouble"', 'error: "#veil ..bad"', "error: #veil ..bad is no selector"),
        (
            'error: "#veil .trouble"',
            'error: "#veil .wrong"',
            "error finds nothing when the service fails, and “No answer",
        ),
    ],
)
def test_what_a_profile_names_wrongly_does_not_fit(tmp_path: Path, before: str, after: str, told: str) -> None:
    made = profile(tmp_path)
    text = made.read_text(encoding="utf-8")
    assert before in text
    made.write_text(text.replace(before, after), encoding="utf-8")
    code, said = checked(made)
    assert (code, f"does not fit: {told}" in said) == (1, True), said
    assert "Traceback" not in said
