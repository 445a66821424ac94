"""A client that nobody here knows: a server of its own, other markup, Enter to send, an overlay for its errors.

What is sound in it passes, and each fault that is planted in it is found, by the same scenarios as everywhere.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.stack import ports
from tests import runs

HERE = Path(__file__).parent
ARMS = "nothing] or again] or wait or reload or retry"
FAULTS = HERE / "faults"
TABLE: dict[str, tuple[str, str, dict[str, str]]] = {
    "how it tells of it": (
        "f2_server_error",
        "control[nothing]",
        {
            "raw": "raw",
            "unannounced": "heard",
            "arrives": "unsent",
            "throws": "scripts",
            "blurs": "focus",
            "mumbles": "spoken",
            "logs": "leaks",
        },
    ),
    "that it looks like sent": ("f2_server_error", "control[nothing]", {"unmarked": "unsent"}),
    "what it sends": (
        "f1_send",
        "control[nothing]",
        {"addresses": "leaks", "twice": "mine_only", "doubles": "once_on_screen"},
    ),
    "what it shows": (
        "f1_send",
        "control[nothing]",
        {"wrong": "message", "pale": "seen", "forgets": "conversation", "covers": "usable"},
    ),
    "what it lets out": ("f1_send", "control[nothing]", {"hands": "leaks", "reverses": "order"}),
    "that its source has the key": ("f1_send", "control[nothing]", {"embeds": "leaks"}),
    "that what its page is told has the key": ("f1_send", "control[nothing]", {"configures": "leaks"}),
    "that it asks the model for less": ("f1_send_once", "retry", {"shortens": "context"}),
    "that its error fades": ("f1_send", "control[nothing]", {"fades": "seen"}),
    "that it tells what failed once more": ("f1_send_once", "retry", {"retells": "context"}),
    "that it stops telling": ("f1_send", "control[nothing]", {"passing": "stays", "tells": "leaks"}),
    "what it does to an answer": ("f1_mid_answer", "control[nothing]", {"drops": "partial", "late": "within"}),
    "that it takes a part for the whole": (
        "f1_mid_answer",
        "control[nothing]",
        {"silent": "message", "unmarked": "unfinished"},
    ),
    "that it withholds an answer": ("f11_mid_answer", "control[nothing]", {"withholds": "partial"}),
    "that it goes on telling": ("f1_send", "wait[1m]", {"keeps": "told"}),
    "that it takes nothing more": ("f1_send", "wait[1m]", {"stuck": "in_the_way"}),
}
"""What is planted in the small client by one run: a scenario, an arm, and the check that finds each of the bugs."""


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


@pytest.mark.live
@pytest.mark.parametrize("scenario", ["f1_send", "f1_mid_answer", "f2_server_error"])
def test_what_is_sound_passes(tmp_path: Path, scenario: str) -> None:
    found = run(tmp_path, scenario)
    assert {label: (one["verdict"], one["sentence"]) for label, one in found.items() if one["verdict"] != "pass"} == {}
    assert {"control[nothing]", "control[ask_again]", "reload"} <= set(found)
    assert scenario != "f1_send" or "retry" in found  # a control that is found by its role is seen to be pressed


@pytest.mark.live
@pytest.mark.parametrize("about", TABLE)
def test_what_is_planted_is_found(tmp_path: Path, about: str) -> None:
    """Bugs that don't hide one another are planted together; each has a check of its own that passes without it."""
    scenario, arm, bugs = TABLE[about]
    arms = "nothing]" if "nothing" in arm else f"again] or wait or {arm}"
    found = run(tmp_path, scenario, " ".join(bugs), arms)[arm]
    assert found["verdict"] == "fail"
    assert set(bugs.values()) <= failing(found), found["findings"]


@pytest.mark.live
def test_what_its_server_keeps_of_earlier_arms_leaves_none_unjudged(tmp_path: Path) -> None:
    """A server that refuses what it had failed to answer meets no fault: it is started anew, and the arm run again."""
    found = run(tmp_path, "f2_server_error", "guards", "again] or wait")
    assert {label: one["verdict"] for label, one in found.items()} == dict.fromkeys(found, "fail")
    renewed = [one for one in runs.events(tmp_path / "out") if (one["source"], one["kind"]) == ("run", "renewed")]
    assert any("no witness" in one["data"]["because"] for one in renewed)


@pytest.mark.live
def test_what_stands_before_and_in_its_server_breaks_and_comes_back(tmp_path: Path) -> None:
    """Scenarios about the places that only a client with a server of its own has: its edge, its link, its process."""
    out = tmp_path / "out"
    runs.run(out, str(FAULTS), "--client", str(profile(tmp_path)), "-k", "again] or wait")
    found = {one["arm"]: (one["verdict"], one["sentence"]) for one in runs.arms(out)}
    assert {arm: said for arm, said in found.items() if said[0] != "pass"} == {}
    assert len(found) == 2 * len(list(FAULTS.glob("*.yaml")))


@pytest.mark.live
def test_a_server_that_met_too_many_faults_is_started_anew(tmp_path: Path) -> None:
    """What others' faults have left of it is none of the next arm's: it is run once more with another process."""
    found = run(tmp_path, "f1_send", "wears", "nothing] or again] or wait")
    assert {label: one["verdict"] for label, one in found.items()} == dict.fromkeys(found, "pass")
    renewed = [one for one in runs.events(tmp_path / "out") if (one["source"], one["kind"]) == ("run", "renewed")]
    assert len(found) == 3
    assert len(renewed) == 1
    assert "answer" in renewed[0]["data"]["because"]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Path]:
    """The profile of a small client that runs already, and that is not the harness's to start."""
    block = ports.claim()
    port, api_port = block.take(), block.take()
    command = (sys.executable, str(HERE / "server.py"), str(port), f"http://127.0.0.1:{api_port}/v1", "sk-talk")
    where = f"runs: address\nat: 127.0.0.1:{port}\napi_port: {api_port}\nkey: sk-talk\n"
    text = (HERE / "talk.yaml").read_text(encoding="utf-8")
    made = tmp_path / "running.yaml"
    made.write_text(re.sub(r"^start: .*\n", "", text.replace("runs: server\n", where), flags=re.M), encoding="utf-8")
    with subprocess.Popen(command) as server:
        yield made
        server.terminate()
    block.release()


@pytest.mark.live
def test_one_that_runs_already_is_tested_where_it_runs(tmp_path: Path, running: Path) -> None:
    out = tmp_path / "out"
    code = runs.run(out, "scenarios/f1_send.yaml", "--client", str(running), "-k", "again] or wait")
    found = {one["arm"]: (one["verdict"], one["sentence"]) for one in runs.arms(out)}
    assert {arm: said for arm, said in found.items() if said[0] != "pass"} == {}
    assert (code, len(found)) == (0, 2)


@pytest.mark.live
@pytest.mark.skipif(shutil.which("npm") is None, reason="a client of npm's needs Node.js")
def test_a_component_that_calls_the_api_from_its_page(tmp_path: Path) -> None:
    """One file of somebody else's, in a shadow root, beside a page of a host of its own."""
    out = tmp_path / "out"
    code = runs.run(out, "scenarios/f1_send.yaml", "--client", "deep-chat", "-k", ARMS)
    found = runs.arms(out)
    assert {one["arm"]: one["sentence"] for one in found if one["verdict"] not in ("pass", "known")} == {}
    assert (code, len(found)) == (0, 4)
