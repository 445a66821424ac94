"""A host that is not the service: its status page tells what a conversation with the service is like when someone
looks, and outlives the service."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.fake_upstream.live import AT_ONCE, ROOT, Person, Process, person, run, start

pytestmark = pytest.mark.live
COMMAND = (sys.executable, "-m", "fake_upstream.around.elsewhere", "--port")
PASSWORD = "the-monitors-password"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "FAKE_UPSTREAM_MONITOR": PASSWORD}
STEPS = ["page", "login", "me", "conversation", "message", "answer"]


@contextmanager
def elsewhere(probe: str, *options: str, password: str = PASSWORD) -> Iterator[str]:
    """The host's address while it runs."""
    command = (*COMMAND, "0", "--probe", probe, *options)
    environment = {**ENVIRONMENT, "FAKE_UPSTREAM_MONITOR": password}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as popen:
        assert popen.stdout is not None
        assert popen.stderr is not None
        ready = json.loads(popen.stdout.readline())
        assert ready["ready"] is True
        try:
            yield f"http://127.0.0.1:{ready['port']}"
        finally:
            popen.send_signal(signal.SIGTERM)
            assert popen.wait(timeout=5) == 0
            assert popen.stderr.read() == ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("page")
    (made / "index.html").write_text("<!doctype html><title>page</title>")
    return made


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Process]:
    process = start(folder, "--hold-clock", "--piece-interval", "0.002", monitor=PASSWORD)
    yield process
    assert process.end(signal.SIGTERM) == 0


@pytest.fixture(scope="module")
def host(service: Process) -> Iterator[str]:
    with elsewhere(service.base) as address:
        yield address


async def state(host: str) -> dict[str, Any]:
    async with ClientSession() as http, http.get(f"{host}/api/status") as reply:
        assert reply.status == 200
        assert reply.headers["Cache-Control"] == "no-store"
        said: dict[str, Any] = await reply.json()
        return said


async def text(host: str, path: str, lang: str) -> str:
    async with ClientSession() as http, http.get(host + path, headers={"Accept-Language": lang}) as reply:
        assert reply.status == 200
        return await reply.text()


def failed(said: dict[str, Any], step: str) -> str:
    """The detail of the last check, which is this step and the only one that failed."""
    names = STEPS[: STEPS.index(step) + 1]
    assert [(check["name"], check["ok"]) for check in said["checks"]] == [(name, name != step) for name in names]
    detail: str = said["checks"][-1]["detail"]
    return detail


# -- the status page ------------------------------------------------------------------------------------


def test_a_service_that_fails_is_an_incident_and_then_no_more(service: Process, host: str) -> None:
    async def story() -> None:
        async with person(service) as ann:
            before = await state(host)
            assert (before["state"], before["incidents"]) == ("operational", [])
            assert [(check["name"], check["ok"]) for check in before["checks"]] == [(step, True) for step in STEPS]
            await ann.control("PUT", "faults/down", {"do": "status", "status": 503, "on": ["me"]})
            broken = await state(host)
            assert broken["state"] == "incident"
            assert broken["incidents"] == [{"title": "The service answers with 503 (loading the account)"}]
            assert before["since"] < broken["since"] <= time.time()
            assert (await state(host))["since"] == broken["since"]
            assert 'data-state="incident"' in await text(host, "/status", "en")
            assert '<html lang="ja">' in (japanese := await text(host, "/status", "ja"))
            assert "503 を返しています（アカウントの読み込み）" in japanese
            assert await ann.lift("down") == 4
            after = await state(host)
            assert (after["state"], after["incidents"]) == ("operational", [])
            assert after["since"] > broken["since"]
            assert 'data-state="operational"' in await text(host, "/status", "en")

    run(story())


TRAFFIC = {"page": "page", "login": "login", "me": "me", "conversation": "history", "message": "messages"}


@pytest.mark.parametrize("fault", [{"do": "drop"}, {"do": "garbage"}, {"do": "truncate"}, {"do": "hang"}])
def test_a_service_that_gives_no_whole_reply_is_an_incident(service: Process, host: str, fault: dict[str, Any]) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.control("PUT", "faults/down", {**fault, "on": ["login"]})
            said = await state(host)
            title = "does not answer in time" if fault["do"] == "hang" else "can't be reached"
            assert said["incidents"] == [{"title": f"The service {title} (logging in)"}]
            assert failed(said, "login")
            assert await ann.lift("down") == 1, "a look meets a fault once"
            assert (await state(host))["state"] == "operational"

    run(story())


@pytest.mark.parametrize(("step", "traffic"), [*TRAFFIC.items(), ("answer", "stream")])
@pytest.mark.parametrize("do", ["drop", "status"])
def test_a_look_stops_at_the_step_that_fails(service: Process, host: str, step: str, traffic: str, do: str) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.control("POST", "reset", {})
            parameters = {"status": 500} if do == "status" else {}
            await ann.control("PUT", "faults/down", {"do": do, "on": [traffic], **parameters})
            said = await state(host)
            assert said["state"] == "incident"
            assert failed(said, step)
            assert await ann.lift("down") == 1

    run(story())


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        ({"do": "stream_close", "code": 1012}, "does not answer as it should"),
        ({"do": "stream_close", "code": 1006}, "can't be reached"),
        ({"do": "stream_stall"}, "does not answer in time"),
        ({"do": "fail_generation"}, "does not answer as it should"),
    ],
)
def test_an_answer_that_does_not_come_whole_is_an_incident(
    service: Process, host: str, fault: dict[str, Any], title: str
) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.control("PUT", "faults/down", fault)
            said = await state(host)
            assert said["incidents"] == [{"title": f"The service {title} (receiving an answer)"}]
            assert failed(said, "answer")
            assert await ann.lift("down") == 1

    run(story())


@pytest.mark.parametrize("status", [401, 403, 404, 422, 426, 429])
def test_a_refusal_is_an_incident_for_who_asks_is_nobody_in_particular(
    service: Process, host: str, status: int
) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.control("PUT", "faults/no", {"do": "status", "status": status, "on": ["messages"]})
            said = await state(host)
            assert said["state"] == "incident"
            assert str(status) in failed(said, "message")
            await ann.lift("no")

    run(story())


@pytest.mark.parametrize("options", [("--monitor", "nobody"), ()])
def test_a_service_that_does_not_know_the_monitor_is_no_incident(service: Process, options: tuple[str, ...]) -> None:
    with elsewhere(service.base, *options, password=PASSWORD if options else "not it") as host:
        said = run(state(host))
    assert (said["state"], said["incidents"]) == ("operational", [])
    assert "does not know the monitor" in failed(said, "login")


def test_the_status_page_stands_while_the_service_is_gone(folder: Path, tmp_path: Path) -> None:
    kept = ("--state", str(tmp_path / "state"))
    process = start(folder, *kept, monitor=PASSWORD)
    try:
        with elsewhere(process.base, "--ready-file", str(tmp_path / "ready")) as host:
            assert run(state(host))["state"] == "operational"
            assert json.loads((tmp_path / "ready").read_text())["ready"] is True
            process.end()
            assert run(state(host))["incidents"] == [{"title": "The service can't be reached (opening the page)"}]
            process = start(folder, *kept, port=process.port, monitor=PASSWORD)
            assert run(state(host))["state"] == "operational"
    finally:
        if process.popen.poll() is None:
            process.end()


async def noted(someone: Person, kind: str) -> int:
    return len(await someone.events(kind, account="monitor"))


def test_looking_often_leaves_one_session_and_one_conversation(service: Process, host: str) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.control("POST", "reset", {})
            for _ in range(30):
                assert (await state(host))["state"] == "operational"
            assert (await noted(ann, "login"), await noted(ann, "session_ended")) == (30, 29)
            assert await noted(ann, "stream_open") == 30
            answers = (await ann.control("GET", "answers?account=monitor"))["answers"]
            assert len({answer["conversation"] for answer in answers}) == 1
            assert {answer["state"] for answer in answers} == {"complete"}

    run(story())


def test_two_who_look_at_once_do_not_disturb_each_other(service: Process, host: str) -> None:
    async def story() -> None:
        for said in await asyncio.gather(*(state(host) for _ in range(4))):
            assert said["checks"][-1] == {"name": "answer", "ok": True, "detail": said["checks"][-1]["detail"]}

    run(story())


def test_no_secret_of_the_monitors_gets_out(service: Process, host: str) -> None:
    async def story() -> None:
        async with person(service) as ann:
            said = json.dumps([await state(host), await ann.control("GET", "events?after=0")])
            assert PASSWORD not in said + await text(host, "/status", "en")

    run(story())


def test_with_an_interval_it_knows_since_when_though_nobody_looked(service: Process) -> None:
    async def story(host: str) -> None:
        async with person(service) as ann:
            await ann.control("PUT", "faults/unseen", {"do": "status", "status": 500, "on": ["me"]})
            hits = await ann.events("fault_hit", fault="unseen")
            while len(hits) < 2:
                await asyncio.sleep(0.005)
                hits = await ann.events("fault_hit", fault="unseen")
            assert (await state(host))["since"] <= hits[1]["time"]
            await ann.lift("unseen")

    with elsewhere(service.base, "--interval", "0.02") as host:
        run(story(host))


# -- the other site -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "word"), [("en", "Another site"), ("ja", "別のサイト")])
def test_there_is_another_site(host: str, lang: str, word: str) -> None:
    shown = run(text(host, "/", lang))
    assert f'<html lang="{lang}">' in shown
    assert '<main data-testid="site">' in shown
    assert word in shown


def test_something_large_comes_until_the_caller_goes(host: str) -> None:
    async def story() -> None:
        async with ClientSession() as http:
            async with http.get(f"{host}/large") as reply:
                assert len(await reply.content.readexactly(1 << 20)) == 1 << 20
                assert "Content-Length" not in reply.headers
                assert await text(host, "/", "en")
            async with http.get(f"{host}/large") as unread:
                assert await text(host, "/", "en")
                assert unread.status == 200

    run(story())


def test_a_websocket_echoes(host: str) -> None:
    async def story() -> None:
        async with ClientSession() as http, http.ws_connect(f"{host}/echo") as socket:
            for said in ("Hello", "富士山"):
                await socket.send_str(said)
                assert await socket.receive_str() == said

    run(story())


def test_it_ends_at_once_whatever_is_open(service: Process) -> None:
    async def story(stack: ExitStack) -> None:
        address = stack.enter_context(elsewhere(service.base))
        async with ClientSession() as http, http.get(f"{address}/large") as reply, http.ws_connect(f"{address}/echo"):
            await reply.content.readexactly(16)
            began = asyncio.get_running_loop().time()
            await asyncio.to_thread(stack.close)
            assert asyncio.get_running_loop().time() - began < AT_ONCE

    with ExitStack() as stack:
        run(story(stack))


@pytest.mark.parametrize(
    "options",
    [("0",), ("0", "--probe", "127.0.0.1"), ("0", "--probe", "http://127.0.0.1", "--interval", "0")],
)
def test_options_that_make_no_sense_are_refused(options: tuple[str, ...]) -> None:
    ended = subprocess.run((*COMMAND, *options), env=ENVIRONMENT, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    assert "usage: python -m fake_upstream.around.elsewhere" in ended.stderr


def test_without_the_monitors_password_it_does_not_start() -> None:
    command, environment = (
        (*COMMAND, "0", "--probe", "http://127.0.0.1:9"),
        {**ENVIRONMENT, "FAKE_UPSTREAM_MONITOR": ""},
    )
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    assert "FAKE_UPSTREAM_MONITOR" in ended.stderr


def test_a_port_in_use_is_said_and_not_waited_for(service: Process) -> None:
    command = (*COMMAND, str(service.port), "--probe", service.base)
    ended = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 3
    assert "fake_upstream.around.elsewhere: " in ended.stderr
    assert "Traceback" not in ended.stderr


# -- the monitor's account ------------------------------------------------------------------------------


def test_the_monitors_account_is_there_after_a_reset_and_with_a_new_password_after_a_restart(
    folder: Path, tmp_path: Path
) -> None:
    kept = ("--state", str(tmp_path / "state"))

    async def logs_in(process: Process, password: str) -> bool:
        secrets = {"account": "monitor", "password": password}
        async with ClientSession() as http, http.post(f"{process.base}/api/login", json=secrets) as reply:
            return reply.status == 200

    async def story(first: Process) -> None:
        async with person(first) as ann:
            assert await logs_in(first, "one password")
            await ann.control("POST", "reset", {})
            assert await logs_in(first, "one password")
        first.end(signal.SIGKILL)
        second = start(folder, *kept, port=first.port, monitor="another password")
        try:
            assert not await logs_in(second, "one password")
            assert await logs_in(second, "another password")
            assert " password" not in (tmp_path / "state").read_text()
        finally:
            assert second.end(signal.SIGTERM) == 0

    first = start(folder, *kept, monitor="one password")
    try:
        run(story(first))
    finally:
        if first.popen.poll() is None:
            first.end()
