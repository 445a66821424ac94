"""Support: the bot's hints, the form, and staff that unlocks an account."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_upstream.live import Person, Process, person, run, start

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = start(tmp_path_factory.mktemp("page"), "--hold-clock", "--piece-interval", "0.002")
    yield process
    assert process.end(signal.SIGTERM) == 0


async def write(someone: Person, **ticket: Any) -> str:
    reply = await someone.call("POST", "/api/support/tickets", {"text": "It does not work", **ticket})
    assert reply.status == 201
    made: str = reply.json["id"]
    return made


async def ticket(someone: Person, name: str) -> dict[str, Any]:
    found = (await someone.control("GET", "tickets"))["tickets"]
    return next(one for one in found if one["id"] == name)


def test_a_ticket_says_who_wrote_what(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            name = await write(ann, error="bad_gateway", tried=["reload", "wait"])
            assert await ticket(ann, name) == {
                "id": name, "account": ann.account, "text": "It does not work", "error": "bad_gateway",
                "tried": ["reload", "wait"], "did": None,
            }  # fmt: skip
            assert (await ann.events("ticket", ticket=name))[0]["account"] == ann.account
            assert await ann.events("request", account=ann.account, **{"class": "support"}, status=201)
            assert (await ticket(ann, await write(ann, tried="reload")))["tried"] == ["reload"]

    run(story())


def test_whoever_has_no_session_is_heard_too(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            ann.session = "long gone"
            name = await write(ann)
            assert (await ticket(ann, name))["account"] is None
            assert await ann.control("POST", f"tickets/{name}/handle") == {"did": "nothing"}

    run(story())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"text": " "}, 400),
        ({"text": 5}, 400),
        ({"text": "x", "error": 5}, 400),
        ({"text": "x", "tried": 5}, 400),
        ({"text": "x", "tried": [5]}, 400),
        ({"text": "x", "mood": "bad"}, 400),
        ({"text": "half a pair: \ud83d"}, 400),
        ({"text": "x" * 10_001}, 413),
    ],
)
def test_tickets_that_are_refused(service: Process, body: dict[str, Any], status: int) -> None:
    async def story() -> None:
        async with person(service) as ann:
            assert (await ann.call("POST", "/api/support/tickets", body)).status == status
            assert await ann.events("ticket", account=ann.account) == []

    run(story())


def test_staff_unlocks_the_account_that_wrote_and_no_other(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, person(service) as bob:
            await ann.arm("lock-ann", do="lock")
            await bob.arm("lock-bob", do="lock")
            await ann.arm("other", do="status", status=500, on=["page"])
            name = await write(ann, error="suspicious_activity")
            assert (await ann.send()).status == 403
            assert await ann.control("POST", f"tickets/{name}/handle") == {"did": "unlocked"}
            assert (await ann.send()).status == 202
            assert (await bob.send()).status == 403
            assert (await ticket(ann, name))["did"] == "unlocked"
            assert (await ann.events("ticket_handled", ticket=name))[0]["did"] == "unlocked"
            assert {fault["id"] for fault in (await ann.control("GET", "faults"))["faults"]} == {"lock-bob", "other"}
            assert await ann.control("POST", f"tickets/{name}/handle") == {"did": "nothing"}
            for fault in ("lock-ann", "lock-bob", "other"):
                await ann.lift(fault)

    run(story())


def test_a_ticket_that_is_not_there_can_not_be_handled(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            url = f"http://127.0.0.1:{service.control_port}/control/tickets/t-none/handle"
            async with ann.http.post(url, headers={"Authorization": "Bearer the-control-token"}) as reply:
                assert reply.status == 404

    run(story())


def test_the_bot_has_a_hint_for_every_error_in_both_languages(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            ann.session = "long gone"
            hints = set()
            for about in ("", "?about=bad_gateway", "?about=file_not_found", "?about=client_outdated"):
                for lang in ("en", "ja,en;q=0.5"):
                    reply = await ann.call("GET", f"/api/support/bot{about}", Accept_Language=lang)
                    assert reply.status == 200
                    hints.add(reply.json["text"])
            assert len(hints) == 8
            unknown = await ann.call("GET", "/api/support/bot?about=never%20heard%20of")
            assert unknown.json == (await ann.call("GET", "/api/support/bot")).json

    run(story())


def test_tickets_outlive_the_process(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state"))

    async def story(first: Process) -> None:
        async with person(first) as ann:
            name = await write(ann, tried=["reload"])
            before = await ticket(ann, name)
            first.end(signal.SIGKILL)
            ann.process = start(tmp_path, *state, port=first.port)
            try:
                assert await ticket(ann, name) == before
            finally:
                assert ann.process.end(signal.SIGTERM) == 0

    first = start(tmp_path, *state)
    try:
        run(story(first))
    finally:
        if first.popen.poll() is None:
            first.end()
