"""A client that nobody here knows: a server of its own, other markup, Enter to send, an overlay for its errors.

What is sound in it passes, and each fault that is planted in it is found, by the same scenarios as everywhere.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests import runs

HERE = Path(__file__).parent
ARMS = "nothing] or again] or wait or reload"
NOT_YET = pytest.mark.xfail(
    strict=False, reason="these clients announce no error, mark nothing as unsent, or load fonts: not yet told as known"
)


def profile(folder: Path, bugs: str = "") -> Path:
    """The small client's profile, with these bugs planted in its server."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (HERE / "talk.yaml").read_text(encoding="utf-8").replace("HERE", str(HERE)).replace(" BUGS", f" {bugs}")
    made = folder / "talk.yaml"
    made.write_text(text, encoding="utf-8")
    return made


def run(folder: Path, scenario: str, bugs: str = "", arms: str = ARMS) -> Mapping[str, dict[str, Any]]:
    """The results of these arms by their labels."""
    out = folder / "out"
    runs.run(out, f"scenarios/{scenario}.yaml", "--client", str(profile(folder, bugs)), "-k", arms)
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))["arms"]
    return {str(one["arm"]).partition("/")[2]: one for one in results}


def failing(result: Mapping[str, Any]) -> set[str]:
    return {str(one["check"]) for one in result["findings"] if one["holds"] is False}


@NOT_YET
@pytest.mark.live
@pytest.mark.parametrize("scenario", ["f1_send", "f1_mid_answer", "f2_server_error"])
def test_what_is_sound_passes(tmp_path: Path, scenario: str) -> None:
    found = run(tmp_path, scenario)
    assert {label: (one["verdict"], one["sentence"]) for label, one in found.items() if one["verdict"] != "pass"} == {}
    assert {"control[nothing]", "control[ask_again]", "reload"} <= set(found)


@pytest.mark.live
@pytest.mark.parametrize(
    ("bug", "scenario", "arm", "check"),
    [
        ("silent", "f1_send", "control[nothing]", "message"),
        ("stuck", "f1_send", "wait[1m]", "in_the_way"),
        ("raw", "f1_send", "control[nothing]", "raw"),
    ],
)
def test_what_is_planted_is_found(tmp_path: Path, bug: str, scenario: str, arm: str, check: str) -> None:
    found = run(tmp_path, scenario, bug, "nothing] or again] or wait")
    assert found[arm]["verdict"] == "fail"
    assert check in failing(found[arm]), found[arm]["sentence"]


@NOT_YET
@pytest.mark.live
def test_its_server_can_crash_and_comes_back(tmp_path: Path) -> None:
    """A scenario about a place that only a client with a server of its own has."""
    mine = tmp_path / "crash.yaml"
    mine.write_text(
        "title: The client's own server crashes\nmoment: send\n"
        "faults: [{at: client_server, do: crash, lasts: 45s}]\n"
        "expect: {message: any, within: 10s}\n"
        "recovers: [{wait: 1m}]\ndoes_not_recover: [reload]\n"
    )
    out = tmp_path / "out"
    runs.run(out, str(mine), "--client", str(profile(tmp_path)), "-k", "nothing] or again] or wait or reload")
    found = {one["arm"]: (one["verdict"], one["sentence"]) for one in runs.arms(out)}
    assert {arm: said for arm, said in found.items() if said[0] != "pass"} == {}
    assert len(found) == 4


@NOT_YET
@pytest.mark.live
@pytest.mark.skipif(shutil.which("npm") is None, reason="a client of npm's needs Node.js")
def test_a_component_that_calls_the_api_from_its_page(tmp_path: Path) -> None:
    """One file of somebody else's, in a shadow root, beside a page of a host of its own."""
    out = tmp_path / "out"
    code = runs.run(out, "scenarios/f1_send.yaml", "--client", "deep-chat", "-k", ARMS)
    found = runs.arms(out)
    assert {one["arm"]: one["sentence"] for one in found if one["verdict"] not in ("pass", "known")} == {}
    assert (code, len(found)) == (0, 4)
