"""Files that answers come with: made, downloaded, and every documented way in which they can't be had."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientPayloadError

from fake_upstream.chat.clock import Clock
from fake_upstream.chat.files import LARGEST, File, Files
from fake_upstream.chat.journal import Journal
from fake_upstream.chat.record import Record
from fake_upstream.doors.app import classify
from fake_upstream.faults.armed import Faults, parse_fault
from fake_upstream.http.wire import ApiError, Body
from tests.fake_upstream.live import Person, Process, Reply, person, run, start, whole

live = pytest.mark.live
ASK = "Please make a file of it"


# -- what is made ---------------------------------------------------------------------------------------


class Workshop:
    """Files with a clock that stands still."""

    def __init__(self, seed: int = 0) -> None:
        self.clock = Clock(held=True)
        journal = Journal(None, self.clock)
        self.faults = Faults(Record(journal))
        self.files = Files(journal, self.clock, self.faults, seed=seed)

    def make(self, prompt: str = ASK, regenerated: int = 0) -> File:
        file = self.files.make("ann", "c-1", prompt, regenerated)
        assert file is not None
        self.files.add(file)
        return file

    def arm(self, name: str, **members: Any) -> None:
        self.faults.arm(parse_fault(name, Body(members)))

    def why_not(self, file: File, account: str = "ann") -> tuple[int, str]:
        with pytest.raises(ApiError) as error:
            self.files.get(account, file.id)
        return error.value.status, error.value.code


@pytest.mark.parametrize(
    ("prompt", "asks"),
    [
        ("Make a file", True),
        ("FILE!", True),
        ("ファイルにしてください", True),
        ("a file.", True),
        ("Files and profiles", False),
        ("my_file", False),
        ("What is a lighthouse for?", False),
    ],
)
def test_a_prompt_that_speaks_of_a_file_gets_one(prompt: str, asks: bool) -> None:
    assert (Workshop().files.make("ann", "c-1", prompt, 0) is not None) is asks


def test_the_bytes_depend_on_seed_prompt_and_count_of_regenerations_only() -> None:
    first = Workshop().make()
    assert Workshop().make().content() == first.content()
    assert first.size == len(first.content())
    assert 19_000 <= first.size <= 22_000
    others = (Workshop(seed=1).make(), Workshop().make("Another file"), Workshop().make(regenerated=1))
    assert len({first.content(), *(other.content() for other in others)}) == 4
    assert first.id != Workshop().make().id


@pytest.mark.parametrize("size", [0, 1, 30, 1 << 20])
def test_a_file_is_as_large_as_it_says(size: int) -> None:
    shop = Workshop()
    shop.arm("s", do="file_size", size=size)
    assert shop.make().size == len(shop.make().content()) == size


def test_a_file_is_kept_for_an_hour() -> None:
    shop = Workshop()
    file = shop.make()
    shop.clock.advance(3599)
    assert shop.files.get("ann", file.id) is file
    shop.clock.advance(1)
    assert shop.why_not(file) == (410, "file_expired")


def test_a_file_made_while_the_fault_was_armed_stays_incomplete() -> None:
    shop = Workshop()
    whole_before = shop.make()
    shop.arm("half", do="file_incomplete", account="ann")
    file = shop.make()
    assert file.state == "incomplete"
    assert shop.faults.lift("half") == 1
    assert shop.why_not(file) == (409, "file_incomplete")
    assert shop.files.get("ann", whole_before.id)
    assert shop.files.get("ann", shop.make().id)


def test_what_is_larger_than_may_be_sent_is_never_made() -> None:
    shop = Workshop()
    shop.arm("s", do="file_size", size=LARGEST + 1, requests=1)
    assert shop.why_not(shop.make()) == (413, "file_too_large")
    assert shop.files.get("ann", shop.make().id)


def test_without_the_tool_nothing_is_made_or_sent() -> None:
    shop = Workshop()
    before = shop.make()
    shop.files.switch_tool("ann", False)
    file = shop.make()
    assert (file.state, file.size) == ("failed", 0)
    assert shop.why_not(file) == shop.why_not(before) == (403, "tool_off")
    shop.files.switch_tool("ann", True)
    assert shop.why_not(file) == (404, "file_not_found")
    assert shop.files.get("ann", before.id)
    assert shop.files.get("ann", shop.make().id)


def test_another_ones_file_is_not_there() -> None:
    shop = Workshop()
    assert shop.why_not(shop.make(), account="bob") == (404, "file_not_found")


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"do": "file_size"}, "size is missing"),
        ({"do": "file_size", "size": -1}, "at least 0"),
        ({"do": "file_size", "size": LARGEST}, "over the 512 MiB"),
        ({"do": "file_incomplete", "on": ["messages"]}, "on must be a list"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(members: dict[str, Any], says: str) -> None:
    with pytest.raises(ApiError, match=says):
        parse_fault("f", Body(members))


@pytest.mark.parametrize(
    ("method", "path", "traffic"),
    [("GET", "/api/files/f-1", "files"), ("GET", "/api/settings", "me"), ("PUT", "/api/settings", "me")],
)
def test_traffic_classes(method: str, path: str, traffic: str) -> None:
    assert classify(method, path) == traffic


# -- over HTTP ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = start(tmp_path_factory.mktemp("page"), "--hold-clock", "--piece-interval", "0.002")
    yield process
    assert process.end(signal.SIGTERM) == 0


async def answered(someone: Person, text: str = ASK, key: str = "k1") -> dict[str, Any]:
    """The whole answer to a message."""
    answer = (await someone.send(text, key)).json["answer"]
    assert "file" not in answer
    return await ended(someone, answer["id"])


async def ended(someone: Person, answer: str) -> dict[str, Any]:
    await someone.seen("answer_done", answer=answer)
    message: dict[str, Any] = (await someone.call("GET", f"/api/answers/{answer}")).json
    return message


async def download(someone: Person, answer: dict[str, Any]) -> Reply:
    return await someone.call("GET", f"/api/files/{answer['file']['id']}")


@live
def test_an_answer_brings_its_file(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, ann.stream() as socket:
            answer = await answered(ann)
            file = answer["file"]
            assert set(file) == {"id", "name", "size", "state"}
            assert file["state"] == "ready"
            assert (await whole(socket, answer["id"]))[-1]["file"] == file
            history = (await ann.call("GET", f"/api/conversations/{ann.conversation}")).json
            assert history["messages"][1]["file"] == file
            evidence = (await ann.control("GET", f"answers?account={ann.account}"))["answers"]
            assert {key: value for key, value in evidence[0]["file"].items() if key != "sha256"} == file
            reply = await download(ann, answer)
            assert reply.status == 200
            assert reply.headers["Content-Disposition"] == f'attachment; filename="{file["name"]}"'
            assert int(reply.headers["Content-Length"]) == len(reply.text) == file["size"]
            made = await ann.seen("file_made", account=ann.account)
            assert (made["file"], made["size"], made["state"]) == (file["id"], file["size"], "ready")
            sent = await ann.seen("file_sent", account=ann.account)
            assert (sent["file"], sent["bytes"]) == (file["id"], file["size"])

    run(story())


@live
def test_no_file_without_being_asked_nor_when_stopped(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            assert "file" not in await answered(ann, "Good morning")
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 3, "interval": 0})
            answer = (await ann.send(ASK, "k2")).json["answer"]["id"]
            await ann.call("POST", f"/api/answers/{answer}/stop")
            assert "file" not in await ended(ann, answer)
            assert await ann.events("file_made", account=ann.account) == []

    run(story())


@live
def test_regenerating_makes_a_new_file(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.arm("half", do="file_incomplete")
            old = await answered(ann)
            await ann.lift("half")
            reply = await download(ann, old)
            assert (reply.status, reply.json["error"]["code"]) == (409, "file_incomplete")
            path = f"/api/answers/{old['id']}/regenerate"
            fresh = (await ann.call("POST", path, Idempotency_Key="r")).json["answer"]["id"]
            new = await ended(ann, fresh)
            assert new["file"]["id"] != old["file"]["id"]
            assert (await download(ann, new)).status == 200

    run(story())


@live
def test_why_a_file_can_not_be_had(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, person(service) as bob:
            answer = await answered(ann)
            assert (await download(bob, answer)).json["error"]["code"] == "file_not_found"
            await ann.arm("big", do="file_size", size=LARGEST + 1, requests=1)
            big = await answered(ann, key="k2")
            assert big["file"]["size"] == LARGEST + 1
            assert (await download(ann, big)).status == 413
            await ann.control("POST", "clock", {"advance": 3600})
            assert (await download(ann, answer)).json["error"]["code"] == "file_expired"
            await ann.control("POST", "sessions/expire", {"account": ann.account})
            assert (await download(ann, answer)).status == 401
            assert await ann.events("file_sent", account=ann.account) == []

    run(story())


@live
def test_the_setting_switches_the_tool(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, person(service) as bob:
            assert (await ann.call("GET", "/api/settings")).json == {"files": True}
            assert (await ann.call("PUT", "/api/settings", {"files": False})).json == {"files": False}
            answer = await answered(ann)
            assert answer["file"]["state"] == "failed"
            reply = await download(ann, answer)
            assert (reply.status, reply.json["error"]["code"]) == (403, "tool_off")
            assert (await download(bob, await answered(bob))).status == 200
            await ann.call("PUT", "/api/settings", {"files": True})
            assert (await download(ann, answer)).json["error"]["code"] == "file_not_found"
            for wrong in ({}, {"files": 1}, {"files": True, "more": 1}):
                assert (await ann.call("PUT", "/api/settings", wrong)).status == 400
            ann.session = "ended"
            assert (await ann.call("GET", "/api/settings")).status == 401

    run(story())


@live
def test_a_download_that_is_cut_counts_as_not_sent(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            answer = await answered(ann)
            await ann.arm("cut", do="truncate", on=["files"], requests=1)
            with pytest.raises((ClientPayloadError, ClientConnectionError)):
                await download(ann, answer)
            assert await ann.lift("cut") == 1
            assert await ann.events("file_sent", account=ann.account) == []
            assert (await download(ann, answer)).status == 200
            assert len(await ann.events("file_sent", account=ann.account)) == 1

    run(story())


@live
def test_files_and_settings_outlive_the_process(tmp_path: Path) -> None:
    state = ("--hold-clock", "--piece-interval", "0.002", "--state", str(tmp_path / "state"))

    async def story(first: Process) -> None:
        async with person(first) as ann, person(first) as bob:
            answer = await answered(ann)
            before = await download(ann, answer)
            await bob.call("PUT", "/api/settings", {"files": False})
            first.end(signal.SIGKILL)
            ann.process = bob.process = start(tmp_path, *state, port=first.port)
            try:
                assert (await download(ann, answer)).text == before.text
                assert (await bob.call("GET", "/api/settings")).json == {"files": False}
            finally:
                assert await asyncio.to_thread(ann.process.end, signal.SIGTERM) == 0

    first = start(tmp_path, *state)
    try:
        run(story(first))
    finally:
        if first.popen.poll() is None:
            first.end()
