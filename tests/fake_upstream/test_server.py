"""The service as a process on loopback, driven from outside as the gateway and the harness drive it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientPayloadError, ClientSession, WSMsgType

from tests.fake_upstream.live import AT_ONCE, ROOT, TOKEN, Person, Process, person, run, start, whole

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page") / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>page</title>")
    (folder / "app").mkdir()
    (folder / "app" / "main.js").write_text("export {};\n")
    (folder.parent / "secret.txt").write_text("not for the world")
    return folder


@pytest.fixture(scope="module")
def service(page: Path) -> Iterator[Process]:
    process = start(page, "--hold-clock", "--piece-interval", "0.005")
    yield process
    assert process.end(signal.SIGTERM) == 0


def test_a_message_gets_its_whole_answer_over_the_websocket(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, ann.stream() as socket:
            sent = await ann.send("<img src=x> hello")
            assert sent.status == 202
            assert sent.json["message"]["key"] == "k1"
            *pieces, done = await whole(socket, sent.json["answer"]["id"])
            assert [piece["n"] for piece in pieces] == list(range(1, len(pieces) + 1))
            assert (done["type"], done["state"], done["pieces"]) == ("done", "complete", len(pieces))
            history = (await ann.call("GET", f"/api/conversations/{ann.conversation}")).json
            assert [message["role"] for message in history["messages"]] == ["user", "assistant"]
            assert history["messages"][1]["text"] == "".join(piece["text"] for piece in pieces)
            assert history["messages"][1]["reply_to"] == history["messages"][0]["id"]

    run(story())


def test_a_reconnected_listener_gets_the_pieces_after_those_it_has(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 6, "interval": 0})
            answer = (await ann.send()).json["answer"]["id"]
            async with ann.stream() as socket:
                await socket.send_json({"type": "subscribe", "answer": answer, "after": 0})
                assert [(await socket.receive_json())["n"] for _ in range(6)] == [1, 2, 3, 4, 5, 6]
            await ann.control("POST", "release", {"account": ann.account})
            async with ann.stream() as socket:
                again = await whole(socket, answer, after=4)
            assert again[0]["n"] == 5
            assert again[-1]["type"] == "done"

    run(story())


def test_server_sent_events_say_the_same_as_the_websocket(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, ann.stream() as socket:
            answer = (await ann.send("富士山？")).json["answer"]["id"]
            heard = await whole(socket, answer, after=2)
            reply = await ann.call("GET", f"/api/answers/{answer}/events?after=2")
            assert reply.headers["Content-Type"] == "text/event-stream; charset=utf-8"
            blocks = [block.split("\n") for block in reply.text.strip().split("\n\n")]
            data = [json.loads(block[-1].removeprefix("data: ")) for block in blocks]
            assert data == heard
            assert [block[0] for block in blocks[-2:]] == ["event: piece", "event: done"]

    run(story())


def test_a_stream_without_a_session_is_closed_with_4401(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            ann.session = "nobody's"
            async with ann.stream() as socket:
                assert (await socket.receive()).type is WSMsgType.CLOSE
                assert socket.close_code == 4401

    run(story())


def test_strange_frames_get_an_error_and_harm_nobody(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, ann.stream() as socket:
            for text in ("{", "[]", '{"type":"subscribe"}', '{"type":"subscribe","answer":"a","after":-1}'):
                await socket.send_str(text)
                assert (await socket.receive_json())["code"] == "bad_message"
            await socket.send_json({"type": "subscribe", "answer": "a-none", "after": 0})
            assert await socket.receive_json() == {"type": "error", "answer": "a-none", "code": "not_found"}
            assert (await whole(socket, (await ann.send()).json["answer"]["id"]))[-1]["type"] == "done"

    run(story())


def test_what_is_another_ones_is_not_there(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, person(service) as bob:
            answer = (await ann.send()).json["answer"]["id"]
            assert (await bob.call("GET", f"/api/answers/{answer}")).status == 404
            assert (await bob.call("GET", f"/api/conversations/{ann.conversation}")).status == 404
            bob.conversation = ann.conversation
            assert (await bob.send()).status == 404

    run(story())


def test_regenerate_and_stop(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, ann.stream() as socket:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 3, "interval": 0})
            old = (await ann.send()).json["answer"]["id"]
            await socket.send_json({"type": "subscribe", "answer": old, "after": 0})
            for _ in range(3):
                await socket.receive_json()
            assert (await ann.call("POST", f"/api/answers/{old}/stop")).status == 204
            done = {"type": "done", "answer": old, "pieces": 3, "state": "stopped"}
            assert await socket.receive_json() == done
            await ann.control("POST", "release", {"account": ann.account})
            path = f"/api/answers/{old}/regenerate"
            replies = [await ann.call("POST", path, Idempotency_Key="r") for _ in range(2)]
            assert [reply.status for reply in replies] == [202, 202]
            fresh = replies[0].json["answer"]["id"]
            assert replies[1].json["answer"]["id"] == fresh
            assert (await whole(socket, fresh))[-1]["state"] == "complete"
            history = (await ann.call("GET", f"/api/conversations/{ann.conversation}")).json
            assert [message["id"] for message in history["messages"][1:]] == [fresh]

    run(story())


# -- idempotency ----------------------------------------------------------------------------------------


def test_a_key_sent_by_many_at_once_is_taken_once(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            replies = await asyncio.gather(*(ann.send("Only once", "same") for _ in range(20)))
            assert {reply.status for reply in replies} == {202}
            assert len({reply.json["answer"]["id"] for reply in replies}) == 1
            assert [reply.json["duplicate"] for reply in replies].count(False) == 1
            assert len(await ann.events("message", account=ann.account, duplicate=False)) == 1
            evidence = (await ann.control("GET", f"answers?account={ann.account}"))["answers"]
            assert [(one["prompt"], one["key"]) for one in evidence] == [("Only once", "same")]

    run(story())


@pytest.mark.parametrize(
    ("text", "key", "status"), [("", "k", 400), (" \n", "k", 400), ("x", "", 400), ("x" * 100_001, "k", 413)]
)
def test_messages_that_are_refused(service: Process, text: str, key: str, status: int) -> None:
    async def story() -> None:
        async with person(service) as ann:
            reply = await ann.send(text, key)
            assert reply.status == status
            assert set(reply.json["error"]) == {"code", "message"}
            assert await ann.events("message", account=ann.account) == []

    run(story())


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"text": 5}', b"\xff\xfe"])
def test_bodies_that_make_no_sense_get_400(service: Process, raw: bytes) -> None:
    async def story() -> None:
        async with person(service) as ann:
            url = f"{service.base}/api/conversations/{ann.conversation}/messages"
            headers = {**ann.cookie, "Idempotency-Key": "k"}
            async with ann.http.post(url, data=raw, headers=headers) as reply:
                assert reply.status == 400

    run(story())


def test_a_body_too_large_for_anyone_gets_413(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            reply = await ann.send("x" * (2 << 20))
            assert reply.status == 413
            assert reply.json["error"]["code"] == "too_large"

    run(story())


# -- accounts -------------------------------------------------------------------------------------------


def test_login_logout_and_a_new_password(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            wrong = await ann.call("POST", "/api/login", {"account": ann.account, "password": "no"})
            assert (wrong.status, wrong.json["error"]["code"]) == (401, "bad_credentials")
            right = {"account": ann.account, "password": ann.password}
            reply = await ann.call("POST", "/api/login", right)
            cookie = reply.headers["Set-Cookie"]
            assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
            first, ann.session = ann.session, cookie.split(";")[0].removeprefix("session=")
            change = {"old": ann.password, "new": "something else"}
            assert (await ann.call("POST", "/api/password", change)).status == 204
            assert (await ann.call("GET", "/api/me")).json["account"] == {"name": ann.account, "plan": "free"}
            second, ann.session = ann.session, first
            ended = await ann.call("GET", "/api/me")
            assert (ended.status, ended.json["error"]["code"]) == (401, "session_expired")
            ann.session = second
            assert (await ann.call("POST", "/api/logout")).status == 204
            assert (await ann.call("GET", "/api/me")).status == 401

    run(story())


def test_a_session_ends_on_the_clock_and_by_the_operator(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, person(service) as bob:
            await ann.control("POST", "sessions/expire", {"account": ann.account})
            assert (await ann.call("GET", "/api/me")).status == 401
            assert (await bob.call("GET", "/api/me")).status == 200
            await bob.control("POST", "clock", {"advance": 8 * 24 * 3600})
            assert (await bob.call("GET", "/api/me")).status == 401

    run(story())


def test_a_plan_is_ones_own_to_change(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            changed = await ann.call("POST", "/api/plan", {"plan": "paid"})
            assert (changed.status, changed.json) == (200, {"account": {"name": ann.account, "plan": "paid"}})
            assert (await ann.call("GET", "/api/me")).json["account"] == changed.json["account"]
            assert (await ann.seen("plan_changed", account=ann.account))["plan"] == "paid"
            for body in ({}, {"plan": "golden"}, {"plan": 1}, {"plan": "free", "for": "ever"}):
                assert (await ann.call("POST", "/api/plan", body)).status == 400
            assert (await ann.call("GET", "/api/me")).json["account"]["plan"] == "paid"
            assert (await ann.call("POST", "/api/plan", {"plan": "free"})).json["account"]["plan"] == "free"
            ann.session = "nobody's"
            assert (await ann.call("POST", "/api/plan", {"plan": "paid"})).status == 401

    run(story())


# -- faults on the wire ---------------------------------------------------------------------------------


def test_a_rate_limit_says_how_long_and_means_it(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            assert (await ann.send(key="before")).status == 202
            await ann.arm("limit", do="rate_limit", messages=2, per=90)
            assert (await ann.send(key="k1")).status == 202
            limited = await ann.send(key="k2")
            assert (limited.status, limited.headers["Retry-After"]) == (429, "90")
            assert limited.json["error"]["code"] == "rate_limited"
            assert (await ann.send(key="k1")).json["duplicate"] is True
            assert (await ann.call("GET", "/api/me")).status == 200
            await ann.control("POST", "clock", {"advance": 89})
            assert (await ann.send(key="k2")).headers["Retry-After"] == "1"
            await ann.control("POST", "clock", {"advance": 1})
            assert (await ann.send(key="k2")).status == 202
            assert await ann.lift("limit") == 2

    run(story())


@pytest.mark.parametrize(
    ("fault", "status", "starts", "retry_after"),
    [
        ({"status": 503}, 503, '{"error":{"code":"service_unavailable"', None),
        ({"status": 529, "retry_after": 30}, 529, '{"error":{"code":"error"', "30"),
        ({"status": 500, "body": "<h1>oops</h1>"}, 500, "<h1>oops", None),
        ({"status": 403, "body": {"error": {"code": "unusual_activity"}}}, 403, '{"error":{"code":"un', None),
    ],
)
def test_a_status_fault(
    service: Process, fault: dict[str, Any], status: int, starts: str, retry_after: str | None
) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.arm("s", do="status", requests=1, **fault)
            reply = await ann.send(X_Request_Id="r-77")
            assert reply.status == status
            assert reply.text.startswith(starts)
            assert reply.headers.get("Retry-After") == retry_after
            assert (await ann.send()).json["duplicate"] is False
            assert await ann.lift("s") == 1
            assert await ann.events("fault_hit", fault="s", request="r-77")
            assert await ann.events("request", id="r-77", status=status, **{"class": "messages"})

    run(story())


def test_a_fault_meets_only_the_address_it_is_about(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.arm("a", do="status", status=403, address="192.0.2.7")
            assert (await ann.call("GET", "/api/me", X_Client_Address="192.0.2.7")).status == 403
            assert (await ann.call("GET", "/api/me", X_Client_Address="192.0.2.8")).status == 200
            await ann.lift("a")

    run(story())


def test_a_long_prompt_can_be_too_much(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.arm("long", do="status", status=500, longer_than=50, on=["messages"])
            assert (await ann.send("x" * 51)).status == 500
            assert (await ann.send("x" * 50)).status == 202
            await ann.lift("long")

    run(story())


async def raw_reply(process: Process, someone: Person) -> bytes:
    """Everything that comes back for one request, byte by byte, until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
    request = f"GET /api/me HTTP/1.1\r\nHost: x\r\nCookie: session={someone.session}\r\n\r\n"
    writer.write(request.encode())
    everything = await reader.read()
    writer.close()
    return everything


def test_garbage_is_no_http(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.arm("g", do="garbage", on=["me"], requests=1)
            garbage = await raw_reply(service, ann)
            assert garbage
            assert b"HTTP/" not in garbage
            assert await ann.events("request", account=ann.account, status=None, path="/api/me")
            assert (await ann.call("GET", "/api/me")).status == 200

    run(story())


def test_a_dropped_request_gets_not_a_byte(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.arm("d", do="drop", requests=1)
            assert await raw_reply(service, ann) == b""
            assert await ann.lift("d") == 1

    run(story())


def test_a_truncated_reply_comes_after_the_message_was_taken(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.arm("t", do="truncate", on=["messages"], requests=1)
            with pytest.raises((ClientPayloadError, ClientConnectionError)):
                await ann.send(key="cut")
            assert len(await ann.events("message", account=ann.account, key="cut")) == 1
            assert (await ann.send(key="cut")).json["duplicate"] is True

    run(story())


@pytest.mark.parametrize("fault", [{"do": "delay", "seconds": 60}, {"do": "hang"}])
def test_a_caller_who_gives_up_before_handling_has_sent_nothing(service: Process, fault: dict[str, Any]) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.arm("slow", **fault)
            sending = asyncio.ensure_future(ann.send(X_Request_Id=f"slow-{ann.account}"))
            await ann.seen("fault_hit", request=f"slow-{ann.account}")
            sending.cancel()
            ended = await ann.seen("request", id=f"slow-{ann.account}")
            assert ended["status"] is None
            assert await ann.lift("slow") == 1
            assert await ann.events("message", account=ann.account) == []

    run(story())


def test_a_short_delay_is_only_a_delay(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.arm("slow", do="delay", seconds=0.2)
            reply = await ann.send(X_Request_Id=f"late-{ann.account}")
            assert reply.status == 202
            assert (await ann.seen("request", id=f"late-{ann.account}"))["seconds"] >= 0.2
            await ann.lift("slow")

    run(story())


@pytest.mark.parametrize(("code", "seen"), [(1012, 1012), (1013, 1013), (1006, 1006)])
def test_a_stream_is_closed_after_its_next_piece(service: Process, code: int, seen: int) -> None:
    async def story() -> None:
        async with person(service) as ann, ann.stream() as socket:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 3, "interval": 0})
            answer = (await ann.send()).json["answer"]["id"]
            await socket.send_json({"type": "subscribe", "answer": answer, "after": 0})
            for _ in range(3):
                await socket.receive_json()
            await ann.arm("c", do="stream_close", code=code)
            await ann.control("POST", "release", {"account": ann.account})
            assert (await socket.receive_json())["n"] == 4
            assert (await socket.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
            assert socket.close_code == seen
            assert (await ann.seen("stream_close", account=ann.account))["code"] == seen
            await ann.seen("answer_done", answer=answer, state="complete")
            assert await ann.lift("c") == 1

    run(story())


def test_a_stalled_stream_is_silent_while_the_answer_is_finished(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, ann.stream() as socket:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 3, "interval": 0})
            answer = (await ann.send()).json["answer"]["id"]
            await socket.send_json({"type": "subscribe", "answer": answer, "after": 0})
            for _ in range(3):
                await socket.receive_json()
            await ann.arm("st", do="stream_stall", requests=1)
            await ann.control("POST", "release", {"account": ann.account})
            await ann.seen("answer_done", answer=answer, state="complete")
            assert await ann.lift("st") == 1
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(socket.receive(), 0.1)
            async with ann.stream() as other:
                assert (await whole(other, answer, after=3))[-1]["type"] == "done"

    run(story())


def test_a_generation_that_fails_is_told_on_every_kind_of_stream(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, ann.stream() as socket:
            await ann.arm("gen", do="fail_generation", code="internal_error")
            answer = (await ann.send()).json["answer"]["id"]
            heard = await whole(socket, answer)
            assert heard[-1] == {"type": "error", "answer": answer, "code": "internal_error"}
            events = await ann.call("GET", f"/api/answers/{answer}/events?after=1")
            assert json.loads(events.text.split("data: ")[1]) == heard[-1]
            asked = {"model": "fake-1", "messages": [{"role": "user", "content": "What is a fjord?"}]}
            key = f"Bearer {ann.api_key}"
            reply = await ann.call("POST", "/v1/chat/completions", asked, Authorization=key)
            assert (reply.status, reply.json["error"]["code"]) == (500, "internal_error")
            assert await ann.lift("gen") == 2
            history = (await ann.call("GET", f"/api/conversations/{ann.conversation}")).json
            assert history["messages"][1]["state"] == "failed"
            fresh = await ann.call("POST", f"/api/answers/{answer}/regenerate", Idempotency_Key="r")
            assert (await whole(socket, fresh.json["answer"]["id"]))[-1]["state"] == "complete"
            assert [e["state"] for e in await ann.events("answer_done", answer=answer)] == ["failed"]

    run(story())


# -- page, status, API ----------------------------------------------------------------------------------


def test_the_page_is_revalidated_and_nothing_beside_it_is_served(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            for path in ("/", "/c/anything"):
                first = await ann.call("GET", path)
                assert first.text == "<!doctype html><title>page</title>"
                assert first.headers["Content-Type"] == "text/html; charset=utf-8"
                assert first.headers["Cache-Control"] == "no-cache"
                again = await ann.call("GET", path, If_None_Match=first.headers["ETag"])
                assert (again.status, again.text) == (304, "")
            script = await ann.call("GET", "/app/main.js")
            assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
        for path in ("/app/../../secret.txt", "/app/..%2f..%2fsecret.txt", "/..%2fsecret.txt", "/app/%00", "/app"):
            reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            reply = await reader.read()
            writer.close()
            assert b" 404 " in reply.split(b"\r\n")[0], path

    run(story())


def test_unknown_paths_get_json_404(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            for method in ("GET", "POST"):
                reply = await ann.call(method, "/api/nothing")
                assert (reply.status, reply.json["error"]["code"]) == (404, "not_found")
            assert (await ann.call("GET", "/control/events")).status == 404
            assert (await ann.call("GET", "/healthz")).text == "ok"

    run(story())


def test_the_status_page_says_what_it_was_told(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            assert (await ann.call("GET", "/api/status")).json == {"state": "operational", "incidents": []}
            await ann.control("PUT", "status", {"state": "incident", "title": "Answers are <slow>"})
            told = (await ann.call("GET", "/api/status")).json
            assert told == {"state": "incident", "incidents": [{"title": "Answers are <slow>"}]}
            page = await ann.call("GET", "/status", Accept_Language="ja,en;q=0.5")
            assert '<html lang="ja">' in page.text
            assert "Answers are &lt;slow&gt;" in page.text
            await ann.control("PUT", "status", {"state": "operational"})
            assert 'data-state="operational"' in (await ann.call("GET", "/status")).text

    run(story())


def test_the_api_answers_whole_and_streamed_alike(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            key = f"Bearer {ann.api_key}"
            asked = {"model": "fake-1", "messages": [{"role": "user", "content": "What is a fjord?"}]}
            path = "/v1/chat/completions"
            one = (await ann.call("POST", path, asked, Authorization=key)).json
            text = one["choices"][0]["message"]["content"]
            streamed = await ann.call("POST", path, {**asked, "stream": True}, Authorization=key)
            lines = [line.removeprefix("data: ") for line in streamed.text.split("\n\n") if line]
            assert lines[-1] == "[DONE]"
            deltas = [json.loads(line)["choices"][0]["delta"] for line in lines[:-1]]
            assert "".join(delta.get("content", "") for delta in deltas) == text
            assert len(await ann.events("message", account=ann.account, conversation=None)) == 2
            assert (await ann.call("GET", "/v1/models", Authorization=key)).json["object"] == "list"
            assert (await ann.call("POST", path, asked, Authorization="Bearer no")).status == 401
            assert (await ann.call("POST", path, {}, Authorization=key)).status == 400
            await ann.arm("api", do="status", status=503, on=["api"])
            assert (await ann.call("POST", path, asked, Authorization=key)).status == 503
            await ann.lift("api")

    run(story())


# -- control and process --------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_the_control_listener_refuses_whoever_lacks_the_token(service: Process, header: str | None) -> None:
    async def story() -> None:
        headers = {} if header is None else {"Authorization": header}
        async with ClientSession() as http:
            for path in ("/control/events", "/control/nothing"):
                url = f"http://127.0.0.1:{service.control_port}{path}"
                async with http.get(url, headers=headers) as reply:
                    assert reply.status == 401

    run(story())


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("POST", "people", {"name": "a b"}),
        ("POST", "people", {"nme": "ann"}),
        ("POST", "clock", {"advance": -1}),
        ("POST", "clock", {"advance": "1"}),
        ("POST", "pace", {"account": "who is that"}),
        ("POST", "release", {}),
        ("GET", "events?after=x", None),
        ("GET", "answers", None),
        ("PUT", "faults/f", {"do": "nothing"}),
        ("PUT", "status", {"state": "so-so"}),
    ],
)
def test_bad_input_to_the_control_listener_gets_400_with_a_reason(
    service: Process, method: str, path: str, data: object
) -> None:
    async def story() -> None:
        async with ClientSession() as http:
            url = f"http://127.0.0.1:{service.control_port}/control/{path}"
            headers = {"Authorization": f"Bearer {TOKEN}"}
            async with http.request(method, url, json=data, headers=headers) as reply:
                assert reply.status == 400
                assert (await reply.json())["error"]["message"]

    run(story())


def test_no_secret_gets_into_the_record(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            await ann.call("POST", "/api/login", {"account": ann.account, "password": ann.password})
            await ann.send()
            await ann.control("PUT", "faults/mine", {"do": "drop", "session": ann.session, "requests": 1})
            record = json.dumps(await ann.control("GET", "events?after=0"))
            armed = json.dumps(await ann.control("GET", "faults"))
            await ann.lift("mine")
            for secret in (ann.password, ann.session, ann.api_key, TOKEN):
                assert secret not in record + armed

    run(story())


def test_a_killed_service_comes_back_with_everything_and_finishes_the_answer(page: Path, tmp_path: Path) -> None:
    options = ("--state", str(tmp_path / "state"), "--ready-file", str(tmp_path / "ready"))

    async def story(first: Process) -> None:
        async with person(first) as ann, ann.stream() as socket:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 5, "interval": 0})
            await ann.call("POST", "/api/plan", {"plan": "paid"})
            sent = await ann.send("Will you remember?", "key-1")
            answer = sent.json["answer"]["id"]
            await socket.send_json({"type": "subscribe", "answer": answer, "after": 0})
            before = [await socket.receive_json() for _ in range(5)]
            first.end(signal.SIGKILL)
            assert (await socket.receive()).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
            second = start(page, *options, port=first.port)
            try:
                ann.process = second
                async with ann.stream() as again:
                    rest = await whole(again, answer, after=5)
                history = (await ann.call("GET", f"/api/conversations/{ann.conversation}")).json
                text = "".join(piece["text"] for piece in [*before, *rest[:-1]])
                assert history["messages"][1]["text"] == text
                assert (await ann.send("Will you remember?", "key-1")).json["duplicate"] is True
                right = {"account": ann.account, "password": ann.password}
                assert (await ann.call("POST", "/api/login", right)).json["account"]["plan"] == "paid"
                ready = json.loads((tmp_path / "ready").read_text())
                assert (ready["port"], ready["control_port"]) == (second.port, second.control_port)
            finally:
                assert second.end(signal.SIGTERM) == 0

    first = start(page, *options)
    try:
        run(story(first))
    finally:
        if first.popen.poll() is None:
            first.end()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_service_ends_at_once_whatever_is_open(page: Path, how: signal.Signals) -> None:
    async def story(process: Process) -> None:
        async with person(process) as ann, ann.stream() as socket:
            await ann.arm("h", do="hang", on=["me"])
            hanging = asyncio.ensure_future(ann.call("GET", "/api/me"))
            await ann.seen("fault_hit", fault="h")
            began = asyncio.get_running_loop().time()
            process.popen.send_signal(how)
            assert (await socket.receive()).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
            with pytest.raises(ClientConnectionError):
                await hanging
            assert await asyncio.to_thread(process.popen.wait, 5) == 0
            assert asyncio.get_running_loop().time() - began < AT_ONCE
            assert process.popen.stderr is not None
            assert process.popen.stderr.read() == ""

    process = start(page)
    try:
        run(story(process))
    finally:
        process.end()


def test_without_a_token_one_is_made_and_told(page: Path) -> None:
    process = start(page, token=None)
    try:
        assert process.popen.stderr is not None
        name, _, token = process.popen.stderr.readline().strip().partition("=")
        assert name == "FAKE_UPSTREAM_TOKEN"
        assert len(token) >= 32
    finally:
        process.end()


def test_a_port_in_use_is_said_and_not_waited_for(page: Path, service: Process) -> None:
    command = [sys.executable, "-m", "fake_upstream", "--port", str(service.port), "--page", str(page)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FAKE_UPSTREAM_TOKEN": TOKEN}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=10)
    assert ended.returncode == 3
    said = f"fake_upstream: something listens at 127.0.0.1:{service.port} already: name another port"
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_reset_ends_streams_and_forgets_people(page: Path) -> None:
    async def story(process: Process) -> None:
        async with person(process) as ann, ann.stream() as socket:
            await ann.arm("f", do="drop", on=["page"])
            await ann.seen("stream_open", account=ann.account)
            await ann.control("POST", "reset", {})
            assert (await socket.receive()).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
            assert (await ann.call("GET", "/api/me")).status == 401
            assert await ann.control("GET", "faults") == {"faults": []}

    process = start(page)
    try:
        run(story(process))
    finally:
        process.end()
