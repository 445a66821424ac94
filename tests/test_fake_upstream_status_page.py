"""The status page as a process of its own: it tells what it finds when someone looks, and outlives the service."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from .test_fake_upstream_live import ROOT, Process, person, run, start

pytestmark = pytest.mark.live
COMMAND = (sys.executable, "-m", "fake_upstream.status_page", "--port")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@contextmanager
def status_page(probe: str, *options: str) -> Iterator[str]:
    """A status page's address while it runs."""
    command = (*COMMAND, "0", "--probe", probe, *options)
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as popen:
        assert popen.stdout is not None
        ready = json.loads(popen.stdout.readline())
        assert ready["ready"] is True
        try:
            yield f"http://127.0.0.1:{ready['port']}"
        finally:
            popen.send_signal(signal.SIGTERM)
            assert popen.wait(timeout=5) == 0


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = start(tmp_path_factory.mktemp("page"), "--hold-clock")
    yield process
    assert process.end(signal.SIGTERM) == 0


async def state(page: str) -> dict[str, Any]:
    async with ClientSession() as http, http.get(f"{page}/api/status") as reply:
        assert reply.status == 200
        assert reply.headers["Cache-Control"] == "no-store"
        said: dict[str, Any] = await reply.json()
        return said


async def text(page: str, lang: str) -> str:
    async with ClientSession() as http, http.get(f"{page}/status", headers={"Accept-Language": lang}) as reply:
        assert reply.status == 200
        return await reply.text()


def test_a_service_that_fails_is_an_incident_and_then_no_more(service: Process) -> None:
    async def story(page: str) -> None:
        async with person(service) as ann:
            before = await state(page)
            assert (before["state"], before["incidents"]) == ("operational", [])
            await ann.control("PUT", "faults/down", {"do": "status", "status": 503, "on": ["me"]})
            broken = await state(page)
            assert broken["state"] == "incident"
            assert broken["incidents"] == [{"title": "The service answers with 503"}]
            assert before["since"] < broken["since"] <= time.time()
            assert (await state(page))["since"] == broken["since"]
            assert 'data-state="incident"' in await text(page, "en")
            assert '<html lang="ja">' in (japanese := await text(page, "ja"))
            assert "503" in japanese
            await ann.lift("down")
            after = await state(page)
            assert (after["state"], after["incidents"]) == ("operational", [])
            assert after["since"] > broken["since"]
            assert 'data-state="operational"' in await text(page, "en")

    with status_page(f"{service.base}/api/me") as page:
        run(story(page))  # without a session the service answers 401, and that is no incident


@pytest.mark.parametrize("fault", [{"do": "drop"}, {"do": "garbage"}, {"do": "truncate"}, {"do": "hang"}])
def test_a_service_that_gives_no_whole_answer_is_an_incident(service: Process, fault: dict[str, Any]) -> None:
    async def story(page: str) -> None:
        async with person(service) as ann:
            await ann.control("PUT", "faults/down", {**fault, "on": ["me"]})
            assert (await state(page))["state"] == "incident"
            await ann.lift("down")
            assert (await state(page))["state"] == "operational"

    with status_page(f"{service.base}/api/me") as page:
        run(story(page))


def test_the_status_page_stands_while_the_service_is_gone(tmp_path: Path) -> None:
    process = start(tmp_path)
    try:
        with status_page(f"{process.base}/healthz", "--ready-file", str(tmp_path / "ready")) as page:
            assert run(state(page))["state"] == "operational"
            assert json.loads((tmp_path / "ready").read_text())["ready"] is True
            process.end()
            assert run(state(page))["incidents"] == [{"title": "The service can't be reached"}]
            process = start(tmp_path, port=process.port)
            assert run(state(page))["state"] == "operational"
    finally:
        if process.popen.poll() is None:
            process.end()


def test_with_an_interval_it_knows_since_when_though_nobody_looked(service: Process) -> None:
    async def story(page: str) -> None:
        async with person(service) as ann:
            await ann.control("PUT", "faults/unseen", {"do": "status", "status": 500, "on": ["me"]})
            hits = await ann.events("fault_hit", fault="unseen")
            while len(hits) < 2:
                await asyncio.sleep(0.005)
                hits = await ann.events("fault_hit", fault="unseen")
            assert (await state(page))["since"] <= hits[1]["time"]
            await ann.lift("unseen")

    with status_page(f"{service.base}/api/me", "--interval", "0.02") as page:
        run(story(page))


@pytest.mark.parametrize(
    "options",
    [("0",), ("0", "--probe", "127.0.0.1"), ("0", "--probe", "http://127.0.0.1", "--interval", "0")],
)
def test_options_that_make_no_sense_are_refused(options: tuple[str, ...]) -> None:
    ended = subprocess.run((*COMMAND, *options), env=ENVIRONMENT, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    assert "usage: python -m fake_upstream.status_page" in ended.stderr


def test_a_port_in_use_is_said_and_not_waited_for(service: Process) -> None:
    command = (*COMMAND, str(service.port), "--probe", service.base)
    ended = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 3
    assert "fake_upstream.status_page: " in ended.stderr
    assert "Traceback" not in ended.stderr
