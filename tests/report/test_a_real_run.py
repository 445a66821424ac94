"""The report of a real run with a planted bug: its traces tell everything but secrets, and a viewer opens them."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from click.testing import CliRunner

from harness.cli.recorded import judge
from harness.report.merge import merge
from harness.report.serve import VIEWER, application
from tests.runs import ROOT, arms, run

pytestmark = pytest.mark.live
OPEN = re.compile(
    rb"""(?:session=|"session","value":"|Bearer )(?!\[redacted\])[\w-]{8,}"""
    rb"""|"selector":"[^"]*password[^"]*"[^}]*"value":"(?!\[redacted\])"""
)
"""A session, a key or a password that stands in the open."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report in which changing the password and logging in again were tried, and failed."""
    there = tmp_path_factory.mktemp("real")
    page = shutil.copytree(ROOT / "fake_upstream" / "page", there / "page")
    texts = page / "app" / "messages.js"
    texts.write_text(texts.read_text("utf-8").replace("Suspicious activity detected", "Odd activity detected"), "utf-8")
    out = there / "out"
    chosen = "change_password or log_in_again"
    assert run(out, "scenarios/f9_used_from_two_places.yaml", "-k", chosen, "--page", str(page), "--whole-traces") == 1
    return out


def every_byte(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a folder, and every file within its archives."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        yield str(path), path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path}:{name}", archive.read(name)


def test_no_secret_stands_in_any_byte_of_a_report(folder: Path) -> None:
    assert OPEN.search(b'{"name":"session","value":"abcdefgh1"}')
    assert OPEN.search(b'{"selector":"[data-testid=password-old]","value":"x"}')
    assert {name: OPEN.findall(content)[:2] for name, content in every_byte(folder) if OPEN.search(content)} == {}


def test_a_trace_has_actions_network_and_snapshots(folder: Path) -> None:
    failed = [arm for arm in arms(folder) if arm["verdict"] == "fail"]
    assert {arm["remedy"] for arm in failed} == {"change_password", "log_in_again", "ask_again"}
    for arm in failed:
        with zipfile.ZipFile(folder / arm["trace"]) as archive:
            told, network = archive.read("trace.trace"), archive.read("trace.network")
        assert b'"method":"fill"' in told
        assert b'"type":"frame-snapshot"' in told
        assert b"/api/conversations" in network
    assert any(b"[redacted]" in content for name, content in every_byte(folder) if name.endswith("trace.trace"))


def test_the_report_says_what_the_bug_shows_and_where_it_was_expected(folder: Path) -> None:
    (problem,) = json.loads((folder / "results.json").read_text(encoding="utf-8"))["problems"]
    assert (problem["expected"], problem["shown"].split(" / ")[0]) == (
        "Suspicious activity detected",
        "Odd activity detected",
    )
    assert problem["line"] == 12
    assert problem["command"].startswith("chatfault run 'scenarios/f9_used_from_two_places.yaml::")


def test_the_report_is_served_with_the_trace_viewer_to_this_machine_only(folder: Path) -> None:
    async def asked() -> dict[str, tuple[int, str]]:
        trace = next(arm["trace"] for arm in arms(folder) if arm["trace"])
        paths = ("", VIEWER[1:], f"{VIEWER[1:]}sw.bundle.js", trace, "../out.log", "%2e%2e/out.log", ".viewer/../x")
        found = {}
        async with TestServer(application(folder)) as server, aiohttp.ClientSession() as http:
            for path in paths:
                async with http.get(f"{server.make_url('/')}{path}") as reply:
                    found[path] = (reply.status, (await reply.read())[:200].decode(errors="replace"))
            async with http.get(server.make_url("/"), headers={"Host": "evil.example"}) as reply:
                found["evil"] = (reply.status, await reply.text())
        return found | {"trace": found[trace]}

    found = asyncio.run(asked())
    assert [found[path][0] for path in ("", VIEWER[1:], f"{VIEWER[1:]}sw.bundle.js", "trace")] == [200] * 4
    assert f'data-viewer="{VIEWER}"' in found[""][1]
    assert [found[path][0] for path in ("../out.log", "%2e%2e/out.log", ".viewer/../x", "evil")] == [404, 404, 404, 403]


def test_runs_of_two_browsers_and_repeats_are_judged_again_when_they_are_merged(folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(folder, tmp_path / "other")
    for name in ("history.jsonl", "results.json"):
        text = (other / name).read_text(encoding="utf-8")
        (other / name).write_text(text.replace('"browser": "chromium"', '"browser": "firefox"'), encoding="utf-8")
    out = tmp_path / "out"
    merge([folder, other, folder], out)
    before = {told_as(arm) for arm in arms(out)}
    judged = CliRunner().invoke(judge, [str(out)], standalone_mode=False)
    assert judged.return_value == 1, judged.output
    assert {told_as(arm) for arm in arms(out)} == before
    assert len(before) == 3 * len(arms(folder))


def told_as(arm: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(arm[name]) for name in ("arm", "repeat", "browser", "verdict", "sentence"))
