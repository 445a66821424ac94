"""An app server in front of the store: everything goes through it as if it were not there, also what goes wrong."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientPayloadError, WSMsgType, WSServerHandshakeError

from fake_upstream.http.outgoing import cut
from tests.fake_upstream.live import ROOT, Process, person, run, start, whole

pytestmark = pytest.mark.live
COMMAND = (sys.executable, "-m", "fake_upstream.around.instance", "--port")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@contextmanager
def instance_of(store: Process, *options: str) -> Iterator[Process]:
    """An app server while it runs; its control listener is the store's."""
    command = (*COMMAND, "0", "--store", store.base, *options)
    popen = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert popen.stdout is not None
    ready = json.loads(popen.stdout.readline())
    assert ready["ready"] is True
    process = Process(popen, ready["port"], store.control_port)
    try:
        yield process
    finally:
        assert popen.stderr is not None
        popen.send_signal(signal.SIGTERM)
        assert popen.wait(timeout=5) == 0
        assert popen.stderr.read() == ""
        popen.stdout.close()
        popen.stderr.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    page = tmp_path_factory.mktemp("page")
    (page / "index.html").write_text("<!doctype html><title>page</title>")
    process = start(page, "--hold-clock", "--piece-interval", "0.005")
    yield process
    assert process.end(signal.SIGTERM) == 0


@pytest.fixture(scope="module")
def instance(store: Process) -> Iterator[Process]:
    with instance_of(store) as process:
        yield process


def test_a_conversation_through_an_instance_is_like_one_with_the_store(instance: Process, store: Process) -> None:
    async def story() -> None:
        async with person(instance) as ann:
            secrets = {"account": ann.account, "password": ann.password}
            cookie = (await ann.call("POST", "/api/login", secrets)).headers["Set-Cookie"]
            ann.session = cookie.split(";")[0].removeprefix("session=")
            sent = await ann.send("What is a fjord? 富士山", X_Request_Id="r-1", X_Client_Address="192.0.2.7")
            assert sent.status == 202
            async with ann.stream() as socket:
                heard = await whole(socket, sent.json["answer"]["id"])
            assert heard[-1]["state"] == "complete"
            assert (await ann.call("GET", f"/api/conversations/{ann.conversation}")).json["messages"][1]["text"]
            [noted] = await ann.events("request", id="r-1")
            assert (noted["address"], noted["status"], noted["account"]) == ("192.0.2.7", 202, ann.account)
            through = await ann.call("GET", "/")
            ann.process = store
            direct = await ann.call("GET", "/")
            assert through.text == direct.text
            for name in ("ETag", "Cache-Control", "Content-Type", "Content-Length"):
                assert through.headers[name] == direct.headers[name]
            ann.process = instance
            again = await ann.call("GET", "/", If_None_Match=through.headers["ETag"])
            assert (again.status, again.text) == (304, "")
            asked = {"model": "fake-1", "messages": [{"role": "user", "content": "Hello?"}], "stream": True}
            streamed = await ann.call("POST", "/v1/chat/completions", asked, Authorization=f"Bearer {ann.api_key}")
            assert streamed.text.endswith("data: [DONE]\n\n")
            assert (await ann.call("POST", "/api/logout")).status == 204
            assert (await ann.call("GET", "/api/me?a=%2F%20b")).status == 401

    run(story())


def test_headers_of_one_connection_stay_on_it(instance: Process) -> None:
    async def story() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", instance.port)
        writer.write(b"GET /api/me HTTP/1.1\r\nHost: x\r\nConnection: close, X-Request-Id\r\nX-Request-Id: mine\r\n")
        writer.write(b"TE: trailers\r\nCookie: session=\xff\xfe\r\n\r\n")
        reply = await reader.read()
        writer.close()
        assert b" 401 " in reply.split(b"\r\n")[0]
        async with person(instance) as ann:
            assert await ann.events("request", id="mine") == []

    run(story())


def test_events_come_as_they_are_made(instance: Process) -> None:
    async def story() -> None:
        async with person(instance) as ann:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 3, "interval": 0})
            answer = (await ann.send()).json["answer"]["id"]
            url = f"{instance.base}/api/answers/{answer}/events"
            async with ann.http.get(url, headers=ann.cookie) as reply:
                heard = b""
                while heard.count(b"event: piece") < 3:
                    heard += await reply.content.readany()
            assert (await ann.seen("stream_close", account=ann.account))["code"] is None  # the listener has gone
            await ann.control("POST", "release", {"account": ann.account})

    run(story())


@pytest.mark.parametrize("path", ["/api/me", "/api/stream"])
def test_a_caller_who_goes_takes_the_request_to_the_store_along(instance: Process, path: str) -> None:
    async def story() -> None:
        async with person(instance) as ann:
            await ann.arm("h", do="hang", on=["me", "stream"])
            upgrade = {"Upgrade": "websocket"} if path == "/api/stream" else {}
            asking = asyncio.ensure_future(ann.call("GET", path, X_Request_Id=ann.account, **upgrade))
            await ann.seen("fault_hit", request=ann.account)
            asking.cancel()
            assert (await ann.seen("request", id=ann.account))["status"] is None
            assert await ann.lift("h") == 1

    run(story())


@pytest.mark.parametrize(("code", "seen"), [(1012, 1012), (4000, 4000), (1006, 1006)])
def test_how_the_store_ends_a_stream_is_how_the_caller_sees_it_end(instance: Process, code: int, seen: int) -> None:
    async def story() -> None:
        async with person(instance) as ann, ann.stream() as socket:
            await ann.arm("c", do="stream_close", code=code)
            answer = (await ann.send()).json["answer"]["id"]
            await socket.send_json({"type": "subscribe", "answer": answer, "after": 0})
            assert (await socket.receive_json())["n"] == 1
            assert (await socket.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
            assert socket.close_code == seen
            assert (await ann.seen("stream_close", account=ann.account))["code"] == seen
            await ann.lift("c")

    run(story())


def test_how_the_caller_ends_a_stream_is_how_the_store_sees_it_end(instance: Process) -> None:
    async def story() -> None:
        async with person(instance) as ann, ann.stream() as socket:
            await ann.seen("stream_open", account=ann.account)
            await socket.close(code=4321, message=b"enough")
            assert (await ann.seen("stream_close", account=ann.account))["code"] == 4321
        async with person(instance) as bob, bob.stream() as socket:
            await bob.seen("stream_open", account=bob.account)
            cut(socket)
            assert (await bob.seen("stream_close", account=bob.account))["code"] == 1006

    run(story())


def test_a_stream_that_the_store_refuses_is_refused(instance: Process) -> None:
    async def story() -> None:
        async with person(instance) as ann:
            await ann.arm("s", do="status", status=429, retry_after=7, on=["stream"])
            with pytest.raises(WSServerHandshakeError) as refused:
                async with ann.stream():
                    pass
            assert refused.value.status == 429
            assert refused.value.headers is not None
            assert refused.value.headers["Retry-After"] == "7"
            assert await ann.lift("s") == 1
            ann.session = "nobody's"
            async with ann.stream() as socket:
                assert (await socket.receive()).type is WSMsgType.CLOSE
                assert socket.close_code == 4401

    run(story())


@pytest.mark.parametrize("do", ["truncate", "drop", "lose_reply"])
def test_a_reply_that_the_store_cuts_is_cut_and_asked_for_once(instance: Process, do: str) -> None:
    async def story() -> None:
        async with person(instance) as ann:
            await ann.arm("t", do=do, on=["history"])
            url = f"{instance.base}/api/conversations/{ann.conversation}"
            headers = {**ann.cookie, "X-Request-Id": ann.account}
            # The test's own client would make a GET again.
            with pytest.raises((ClientPayloadError, ClientConnectionError)):
                async with ann.http.post(f"{instance.base}/api/conversations", headers=headers) as reply:
                    await reply.read()
            assert await ann.lift("t") == 1
            async with ann.http.get(url, headers=headers) as reply:
                assert reply.status == 200

    run(story())


def test_a_get_that_the_store_drops_is_not_made_again(instance: Process) -> None:
    async def story() -> None:
        async with person(instance) as ann:
            await ann.arm("d", do="drop", on=["me"])
            reader, writer = await asyncio.open_connection("127.0.0.1", instance.port)
            writer.write(f"GET /api/me HTTP/1.1\r\nHost: x\r\nCookie: session={ann.session}\r\n\r\n".encode())
            assert await reader.read() == b""
            writer.close()
            assert await ann.lift("d") == 1

    run(story())


def test_a_reply_that_is_none_is_an_error_of_the_instance(instance: Process) -> None:
    async def story() -> None:
        async with person(instance) as ann:
            await ann.arm("g", do="garbage", on=["me"])
            reply = await ann.call("GET", "/api/me")
            assert (reply.status, reply.json["error"]["code"]) == (500, "internal_error")
            assert await ann.lift("g") == 1

    run(story())


def test_without_a_store_an_instance_answers_500_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state"))

    async def story(first: Process, through: Process) -> None:
        async with person(through) as ann, ann.stream() as socket:
            await ann.seen("stream_open", account=ann.account)
            assert (await ann.call("GET", "/api/me")).status == 200
            first.end(signal.SIGKILL)
            assert (await socket.receive()).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
            assert socket.close_code in (None, 1006)
            reply = await ann.call("GET", "/api/me")
            assert (reply.status, reply.json["error"]["code"]) == (500, "internal_error")
            with pytest.raises(WSServerHandshakeError, match="500"):
                async with ann.stream():
                    pass
            assert (await ann.call("GET", "/healthz")).text == "ok"
            second = start(tmp_path, *state, port=first.port)
            try:
                assert (await ann.call("GET", "/api/me")).status == 200
            finally:
                assert second.end(signal.SIGTERM) == 0

    first = start(tmp_path, *state)
    try:
        with instance_of(first, "--ready-file", str(tmp_path / "ready")) as through:
            assert json.loads((tmp_path / "ready").read_text()) == {"ready": True, "port": through.port}
            run(story(first, through))
    finally:
        if first.popen.poll() is None:
            first.end()


def test_an_instance_that_ends_cuts_what_is_open_and_loses_nothing(store: Process, instance: Process) -> None:
    async def story(ending: Process) -> None:
        async with person(ending) as ann, ann.stream() as socket:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 2, "interval": 0})
            answer = (await ann.send()).json["answer"]["id"]
            await socket.send_json({"type": "subscribe", "answer": answer, "after": 0})
            before = [await socket.receive_json() for _ in range(2)]
            ending.popen.send_signal(signal.SIGTERM)
            assert (await socket.receive()).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
            assert await asyncio.to_thread(ending.popen.wait, 5) == 0
            assert (await ann.seen("stream_close", account=ann.account))["code"] == 1006
            ann.process = instance
            await ann.control("POST", "release", {"account": ann.account})
            async with ann.stream() as again:
                rest = await whole(again, answer, after=len(before))
            assert rest[-1]["state"] == "complete"

    with instance_of(store) as ending:
        run(story(ending))


@pytest.mark.parametrize("options", [("0",), ("0", "--store", "127.0.0.1:1")])
def test_options_that_make_no_sense_are_refused(options: tuple[str, ...]) -> None:
    ended = subprocess.run((*COMMAND, *options), env=ENVIRONMENT, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    assert "usage: python -m fake_upstream.around.instance" in ended.stderr


def test_a_port_in_use_is_said_and_not_waited_for(store: Process) -> None:
    command = (*COMMAND, str(store.port), "--store", store.base)
    ended = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 3
    assert "fake_upstream.around.instance: " in ended.stderr
    assert "Traceback" not in ended.stderr
