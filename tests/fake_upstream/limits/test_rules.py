"""Sessions that are over or broken, and the service's own rules: evaluated on real requests, on its clock."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from fake_upstream.chat.accounts import SESSION_LIFETIME
from fake_upstream.faults.armed import parse_fault
from fake_upstream.http.wire import ApiError, Body
from fake_upstream.limits.rules import Rules, parse_rules
from tests.fake_upstream.live import AT_ONCE, Person, Process, Reply, person, run, start

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = start(tmp_path_factory.mktemp("page"), "--hold-clock", "--piece-interval", "0.002")
    yield process
    assert process.end(signal.SIGTERM) == 0


# -- sessions -------------------------------------------------------------------------------------------


async def status_with(process: Process, cookie: bytes) -> tuple[int, bytes]:
    """Status and body of GET /api/me with these bytes as the Cookie header."""
    reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(b"GET /api/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: " + cookie + b"\r\n\r\n")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"session", id="no value"),
        pytest.param(b"session=", id="empty value"),
        pytest.param(b'session="abc', id="open quote"),
        pytest.param(b"session=\xff\xfe\x80", id="no UTF-8"),
        pytest.param("session=富士".encode(), id="not ASCII"),
        pytest.param(b"session=" + b"x" * 4000, id="long"),
        pytest.param(b";;=;session==;\t;{}[]", id="noise"),
    ],
)
def test_a_corrupt_cookie_is_an_expired_session(service: Process, cookie: bytes) -> None:
    async def story() -> None:
        status, body = await status_with(service, cookie)
        assert status == 401
        assert b'"session_expired"' in body

    run(story())


def test_headers_that_are_no_text_do_not_spoil_the_record(service: Process) -> None:
    async def story() -> None:
        status, _ = await status_with(service, b"a=b\r\nX-Request-Id: \xff\xfe\r\nX-Client-Address: \xff")
        assert status == 401
        async with person(service) as ann:
            assert await ann.events("request", path="/api/me", id="??")

    run(story())


def test_an_ended_session_is_said_on_every_call_and_a_login_makes_a_new_one(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            assert await ann.control("POST", "sessions/expire", {"account": ann.account}) == {"ended": 1}
            conversation = f"/api/conversations/{ann.conversation}"
            for reply in (
                await ann.call("GET", "/api/me"),
                await ann.call("GET", conversation),
                await ann.call("POST", "/api/conversations", {}),
                await ann.send(),
            ):
                assert (reply.status, reply.json["error"]["code"]) == (401, "session_expired")
            secrets = {"account": ann.account, "password": ann.password}
            cookie = (await ann.call("POST", "/api/login", secrets)).headers["Set-Cookie"]
            ann.session = cookie.split(";")[0].removeprefix("session=")
            assert (await ann.call("GET", conversation)).status == 200
            assert (await ann.send()).status == 202

    run(story())


# -- rules ----------------------------------------------------------------------------------------------

HERE, THERE = "192.0.2.1", "198.51.100.9"


@asynccontextmanager
async def ruled(process: Process, **rules: object) -> AsyncIterator[Person]:
    """Someone under these rules, alone in the service; afterwards they are off, and everyone is forgotten."""
    async with person(process) as janitor:
        await janitor.control("POST", "reset", {})
    async with person(process) as someone:
        await someone.control("PUT", "rules", rules)
        try:
            yield someone
        finally:
            await someone.control("POST", "reset", {})


def refused(reply: Reply, status: int, code: str) -> None:
    assert (reply.status, reply.json["error"]["code"]) == (status, code)


async def login(someone: Person, address: str) -> str:
    """Another session of the account, opened at this address."""
    secrets = {"account": someone.account, "password": someone.password}
    headers = {"X-Client-Address": address}
    async with someone.http.post(f"{someone.process.base}/api/login", json=secrets, headers=headers) as reply:
        return reply.headers["Set-Cookie"].split(";")[0].removeprefix("session=")


async def at(someone: Person, session: str, address: str) -> None:
    """This session is used from this address."""
    headers = {"Cookie": f"session={session}", "X-Client-Address": address}
    async with someone.http.get(f"{someone.process.base}/api/me", headers=headers) as reply:
        assert reply.status == 200


def test_without_rules_everything_goes(service: Process) -> None:
    async def story() -> None:
        async with ruled(service) as ann:
            assert set((await ann.control("GET", "rules")).values()) == {None}
            for number in range(5):
                assert (await ann.send("x" * 5000, f"k{number}", X_Client_Address=f"192.0.2.{number}")).status == 202

    run(story())


def test_a_rule_is_set_and_taken_back_by_itself(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, longest_prompt=9, accounts_per_address=2) as ann:
            rules = await ann.control("PUT", "rules", {"longest_prompt": None, "burst": {"requests": 2, "per": 60}})
            assert rules["longest_prompt"] is None
            assert rules["accounts_per_address"] == 2
            assert rules["burst"] == {"requests": 2, "per": 60.0}
            assert await ann.control("GET", "rules") == rules
            await ann.control("POST", "reset", {})
            assert set((await ann.control("GET", "rules")).values()) == {None}

    run(story())


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"longest_promt": 5}, "unknown: longest_promt"),
        ({"longest_prompt": -1}, "of at least 0"),
        ({"longest_prompt": "5"}, "whole number"),
        ({"burst": 5}, "burst must be"),
        ({"burst": {"requests": 5}}, "requests and per"),
        ({"burst": {"requests": 0, "per": 5}}, "of at least 1"),
        ({"burst": {"requests": 1, "per": 0}}, "requests and per"),
        ({"burst": {"requests": 1, "per": 5, "for": 1}}, "unknown: for"),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_a_reason(rules: dict[str, Any], says: str) -> None:
    with pytest.raises(ApiError, match=says):
        parse_rules(Body(rules), Rules())


def test_a_prompt_too_long_is_not_stored(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, longest_prompt=10) as ann:
            refused(await ann.send("x" * 11), 422, "generation_failed")
            assert await ann.events("message", account=ann.account) == []
            assert await ann.events("rule_hit", account=ann.account, rule="longest_prompt")
            assert (await ann.call("GET", f"/api/conversations/{ann.conversation}")).json["messages"] == []
            assert (await ann.send("富" * 10)).status == 202

    run(story())


def test_a_prompt_too_long_is_none_the_better_over_the_api_or_asked_anew(service: Process) -> None:
    async def story() -> None:
        async with ruled(service) as ann:
            sent = await ann.send("x" * 11)
            await ann.control("PUT", "rules", {"longest_prompt": 10})
            assert (await ann.send("x" * 11)).json["duplicate"] is True
            path = f"/api/answers/{sent.json['answer']['id']}/regenerate"
            refused(await ann.call("POST", path, Idempotency_Key="r"), 422, "generation_failed")
            asked = {"model": "fake-1", "messages": [{"role": "user", "content": "x" * 11}]}
            key = f"Bearer {ann.api_key}"
            refused(await ann.call("POST", "/v1/chat/completions", asked, Authorization=key), 422, "generation_failed")

    run(story())


def test_too_many_accounts_behind_one_address(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, accounts_per_address=2) as ann, person(service) as bob, person(service) as eve:
            for someone in (ann, bob):
                assert (await someone.send(X_Client_Address=HERE)).status == 202
            assert (await eve.call("GET", "/api/me", X_Client_Address=HERE)).status == 200
            for someone in (ann, bob, eve):
                refused(await someone.send(key="k2", X_Client_Address=HERE), 403, "unusual_activity")
            assert (await ann.send(key="k2", X_Client_Address=THERE)).status == 202
            assert (await bob.send(key="k2", X_Client_Address=HERE)).status == 202
            assert (await ann.call("GET", "/api/me", X_Client_Address=HERE)).status == 200
            refused(await ann.send(key="k3", X_Client_Address=HERE), 403, "unusual_activity")
            await eve.call("POST", "/api/logout", X_Client_Address=HERE)
            assert (await ann.send(key="k3", X_Client_Address=HERE)).status == 202

    run(story())


def test_an_account_in_use_at_too_many_addresses_until_the_other_sessions_end(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, addresses_per_account=1) as ann:
            assert (await ann.send(X_Client_Address=HERE)).status == 202
            other = await login(ann, THERE)
            assert (await ann.send(key="k2", X_Client_Address=HERE)).status == 202  # not yet used there
            await at(ann, other, THERE)
            refused(await ann.send(key="k3", X_Client_Address=HERE), 403, "suspicious_activity")
            change = {"old": ann.password, "new": "something else"}
            assert (await ann.call("POST", "/api/password", change, X_Client_Address=HERE)).status == 204
            assert (await ann.send(key="k3", X_Client_Address=HERE)).status == 202
            assert await ann.events("rule_hit", account=ann.account, rule="addresses_per_account")

    run(story())


def test_one_session_that_moves_is_at_one_address(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, addresses_per_account=1) as ann:
            for number, address in enumerate((HERE, THERE, HERE)):
                assert (await ann.send(key=f"k{number}", X_Client_Address=address)).status == 202
            other = await login(ann, THERE)
            await at(ann, other, THERE)
            refused(await ann.send(key="x", X_Client_Address=HERE), 403, "suspicious_activity")
            assert (await ann.send(key="x", X_Client_Address=THERE)).status == 202

    run(story())


def test_a_session_past_its_lifetime_is_nowhere(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, addresses_per_account=1) as ann:
            await at(ann, ann.session, HERE)
            await ann.control("POST", "clock", {"advance": SESSION_LIFETIME - 1})
            ann.session = await login(ann, THERE)
            refused(await ann.send(X_Client_Address=THERE), 403, "suspicious_activity")
            await ann.control("POST", "clock", {"advance": 1})
            assert (await ann.send(X_Client_Address=THERE)).status == 202

    run(story())


def test_a_burst_is_over_when_its_window_frees(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, burst={"requests": 2, "per": 30}) as ann, person(service) as bob:
            assert (await ann.send(key="k1")).status == 202
            await ann.control("POST", "clock", {"advance": 10})
            assert (await ann.send(key="k2")).status == 202
            for _ in range(3):
                refused(await ann.send(key="k3"), 403, "unusual_activity")
            assert (await ann.send(key="k2")).json["duplicate"] is True
            assert (await bob.send(key="k1")).status == 202
            await ann.control("POST", "clock", {"advance": 19})
            refused(await ann.send(key="k3"), 403, "unusual_activity")
            await ann.control("POST", "clock", {"advance": 1})
            assert (await ann.send(key="k3")).status == 202
            refused(await ann.send(key="k4"), 403, "unusual_activity")

    run(story())


def test_a_locked_account_reads_but_does_not_send(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, person(service) as bob:
            await ann.arm("lock", do="lock")
            refused(await ann.send(), 403, "suspicious_activity")
            assert (await ann.call("GET", f"/api/conversations/{ann.conversation}")).json["messages"] == []
            assert (await bob.send()).status == 202
            assert await ann.lift("lock") == 1
            assert (await ann.send()).status == 202

    run(story())


def test_a_lock_is_of_an_account() -> None:
    with pytest.raises(ApiError, match="account is missing"):
        parse_fault("f", Body({"do": "lock"}))


async def more(someone: Person, kind: str, than: int) -> None:
    """Wait until there are more events of this kind."""
    found = await someone.events(kind)
    while len(found) <= than:
        await asyncio.sleep(0.005)
        found = await someone.events(kind)


@asynccontextmanager
async def stream_of(someone: Person, session: str) -> AsyncIterator[None]:
    """A WebSocket of this session, from when the service has noted it to when it has noted its end."""
    opened, closed = len(await someone.events("stream_open")), len(await someone.events("stream_close"))
    headers = {"Cookie": f"session={session}"}
    async with someone.http.ws_connect(f"{someone.process.base}/api/stream", headers=headers):
        await more(someone, "stream_open", than=opened)
        yield
    await more(someone, "stream_close", than=closed)


async def as_session(someone: Person, session: str, key: str) -> Reply:
    """A message sent with another session of the account."""
    own, someone.session = someone.session, session
    try:
        return await someone.send(key=key)
    finally:
        someone.session = own


def test_while_too_many_are_open_nobody_of_the_account_may_send_until_one_is_closed(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, sessions_per_account=1) as ann, person(service) as bob:
            new = await login(ann, HERE)
            async with stream_of(ann, ann.session), stream_of(bob, bob.session):
                assert (await as_session(ann, new, "k0")).status == 202  # nothing is open there
                async with stream_of(ann, new):
                    for reply in (await as_session(ann, new, "k1"), await ann.send(key="k2")):
                        refused(reply, 429, "too_many_sessions")
                        assert reply.headers["Retry-After"] == "60"
                    assert (await as_session(ann, new, "k0")).json["duplicate"] is True
                    assert (await bob.send()).status == 202
                assert (await ann.send(key="k2")).status == 202
                assert (await as_session(ann, new, "k1")).status == 202
            assert await ann.events("rule_hit", account=ann.account, rule="sessions_per_account")

    run(story())


def test_a_second_tab_of_one_session_is_one_too_many_as_well(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, sessions_per_account=1) as ann, stream_of(ann, ann.session):
            async with stream_of(ann, ann.session):
                refused(await ann.send(), 429, "too_many_sessions")
            assert (await ann.send()).status == 202

    run(story())


def test_what_listens_after_its_session_ended_does_not_count(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, sessions_per_account=1) as ann:
            old, ann.session = ann.session, await login(ann, HERE)
            async with stream_of(ann, old), stream_of(ann, ann.session):
                refused(await ann.send(), 429, "too_many_sessions")
                change = {"old": ann.password, "new": "something else"}
                assert (await ann.call("POST", "/api/password", change)).status == 204
                assert (await ann.send()).status == 202

    run(story())


def test_listening_to_events_is_no_session_at_once(service: Process) -> None:
    async def story() -> None:
        async with ruled(service) as ann:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 2, "interval": 0})
            answer = (await ann.send(key="k1")).json["answer"]["id"]
            listening = asyncio.ensure_future(ann.call("GET", f"/api/answers/{answer}/events"))
            await ann.seen("subscribe", account=ann.account)
            await ann.control("PUT", "rules", {"sessions_per_account": 0})
            assert (await ann.send(key="k2")).status == 202
            await ann.control("POST", "release", {"account": ann.account})
            assert (await listening).status == 200

    run(story())


CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) {}/{}.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0"


def test_a_browser_too_old_is_told_so_on_every_call(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, oldest_browser=150) as ann:
            for agent in (CHROME.format("Chrome", 149), CHROME.format("HeadlessChrome", 99), FIREFOX.format(149)):
                for method, path in (("GET", "/api/me"), ("GET", "/api/settings"), ("POST", "/api/login")):
                    refused(await ann.call(method, path, {}, User_Agent=agent), 426, "client_outdated")
                refused(await ann.send(User_Agent=agent), 426, "client_outdated")
            assert await ann.events("message", account=ann.account) == []
            assert await ann.events("rule_hit", account=ann.account, rule="oldest_browser")
            new = (CHROME.format("Chrome", 150), CHROME.format("HeadlessChrome", 1000), FIREFOX.format(151))
            for number, agent in enumerate((*new, "curl/8.0", "Firefox", "")):
                assert (await ann.send(key=f"k{number}", User_Agent=agent)).status == 202

    run(story())


def test_what_a_browser_too_old_can_still_do(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, oldest_browser=150) as ann:
            old = FIREFOX.format(149)
            assert (await ann.call("GET", "/api/status", User_Agent=old)).status == 200
            ticket = {"text": "It says that my browser is too old"}
            assert (await ann.call("POST", "/api/support/tickets", ticket, User_Agent=old)).status == 201
            assert (await ann.call("GET", "/v1/models", User_Agent=old)).status == 401
            refused(await ann.call("GET", "/api/stream", User_Agent=old), 426, "client_outdated")

    run(story())


def test_the_calls_of_a_page_of_an_older_release_are_not_understood(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, oldest_release=2) as ann:
            for version in ("1", "0", "two", "-3", "1.9", "²"):
                for method, path in (("GET", "/api/me"), ("GET", "/api/settings"), ("POST", "/api/login")):
                    reply = await ann.call(method, path, {}, X_Client_Version=version)
                    refused(reply, 500, "internal_error")
                refused(await ann.send(X_Client_Version=version), 500, "internal_error")
            assert await ann.events("message", account=ann.account) == []
            assert await ann.events("rule_hit", account=ann.account, rule="oldest_release")
            assert (await ann.send(X_Client_Version="2")).status == 202
            assert (await ann.send(key="k2", X_Client_Version="10")).status == 202

    run(story())


def test_what_a_page_of_an_older_release_can_still_do(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, oldest_release=2) as ann:
            assert (await ann.call("GET", "/api/status", X_Client_Version="1")).status == 200
            ticket = {"text": "It says that something failed"}
            assert (await ann.call("POST", "/api/support/tickets", ticket, X_Client_Version="1")).status == 201
            assert (await ann.call("GET", "/api/me")).status == 200
            async with stream_of(ann, ann.session):
                pass

    run(story())


@asynccontextmanager
async def paying(process: Process) -> AsyncIterator[Person]:
    """Someone with the paid plan."""
    async with person(process) as someone:
        for name, value in (await someone.control("POST", "people", {"plan": "paid"})).items():
            setattr(someone, name, value)
        yield someone


def test_an_overloaded_service_refuses_and_has_places_left_for_those_who_pay(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, concurrent_answers=2, reserved=1) as ann, paying(service) as eve:
            await ann.control("POST", "load", {"answers": 1})
            assert (await ann.send(key="k1")).status == 202
            await ann.seen("answer_done", account=ann.account)
            await ann.control("POST", "load", {"answers": 2})
            reply = await ann.send(key="k2")
            refused(reply, 503, "generation_failed")
            assert "overloaded" in reply.json["error"]["message"]
            assert (await ann.send(key="k1")).json["duplicate"] is True
            assert await ann.events("rule_hit", account=ann.account, rule="concurrent_answers")
            assert (await eve.send()).status == 202
            await ann.seen("answer_done", account=eve.account)
            await ann.control("POST", "load", {"answers": 3})
            refused(await eve.send(key="k2"), 503, "generation_failed")
            await ann.control("POST", "load", {"answers": 0})
            assert (await ann.send(key="k2")).status == 202
            assert len(await ann.events("answer_done", state="stopped")) == 3

    run(story())


@asynccontextmanager
async def api_stream(someone: Person) -> AsyncIterator[None]:
    """An answer being streamed over the API, from its first bytes to when the caller goes."""
    asked = {"model": "fake-1", "messages": [{"role": "user", "content": "Tell me a long story"}], "stream": True}
    headers = {"Authorization": f"Bearer {someone.api_key}"}
    url = f"{someone.process.base}/v1/chat/completions"
    async with someone.http.post(url, json=asked, headers=headers) as reply:
        assert reply.status == 200
        await reply.content.readany()
        yield


def test_whoever_pays_has_places_when_api_streams_hold_all_others(service: Process) -> None:
    async def story() -> None:
        async with (
            ruled(service, concurrent_answers=2, reserved=1) as ann,
            person(service) as bob,
            paying(service) as eve,
            paying(service) as eva,
        ):
            for someone in (ann, eve):
                await ann.control("POST", "pace", {"account": someone.account, "hold_after": 2, "interval": 0})
            async with api_stream(ann), api_stream(ann):
                refused(await bob.send(), 503, "generation_failed")
                assert (await eve.send()).status == 202
                refused(await eva.send(), 503, "generation_failed")  # the one reserved place is taken
                await ann.control("POST", "release", {"account": eve.account})
                await ann.seen("answer_done", account=eve.account, state="complete")
                refused(await bob.send(), 503, "generation_failed")
                assert (await eva.send()).status == 202

    run(story())


def test_an_api_stream_whose_caller_went_frees_its_place_at_once(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, concurrent_answers=1) as ann, person(service) as bob:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 2, "interval": 0})
            async with api_stream(ann):
                refused(await bob.send(), 503, "generation_failed")
            went = asyncio.get_running_loop().time()
            await ann.seen("answer_done", account=ann.account, state="stopped")
            assert (await bob.send()).status == 202
            assert asyncio.get_running_loop().time() - went < AT_ONCE

    run(story())


def test_overload_comes_from_real_answers_too(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, concurrent_answers=1) as ann, person(service) as bob:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 2, "interval": 0})
            answer = (await ann.send()).json["answer"]["id"]
            refused(await bob.send(), 503, "generation_failed")
            key = f"Bearer {bob.api_key}"
            asked = {"model": "fake-1", "messages": [{"role": "user", "content": "Hello?"}]}
            path = "/v1/chat/completions"
            refused(await bob.call("POST", path, asked, Authorization=key), 503, "generation_failed")
            await ann.control("POST", "release", {"account": ann.account})
            await ann.seen("answer_done", answer=answer)
            assert (await bob.send()).status == 202
            await ann.seen("answer_done", account=bob.account)
            assert (await bob.call("POST", path, asked, Authorization=key)).status == 200

    run(story())


def test_asking_anew_needs_a_place_as_well_but_may_take_the_old_answers_one(service: Process) -> None:
    async def story() -> None:
        async with ruled(service, concurrent_answers=1) as ann:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 2, "interval": 0})
            old = (await ann.send()).json["answer"]["id"]
            path = f"/api/answers/{old}/regenerate"
            first = await ann.call("POST", path, Idempotency_Key="r1")
            assert first.status == 202
            await ann.call("POST", f"/api/answers/{first.json['answer']['id']}/stop")
            await ann.control("POST", "load", {"answers": 1})
            refused(await ann.call("POST", path, Idempotency_Key="r2"), 503, "generation_failed")
            assert (await ann.call("POST", path, Idempotency_Key="r1")).json["answer"] is not None
            await ann.control("POST", "load", {"answers": 0})
            assert (await ann.call("POST", path, Idempotency_Key="r2")).status == 202

    run(story())


@pytest.mark.parametrize("load", [{}, {"answers": -1}, {"answers": "3"}, {"answers": 1, "for": 5}])
def test_a_load_that_makes_no_sense_is_refused(service: Process, load: dict[str, Any]) -> None:
    async def story() -> None:
        async with person(service) as ann:
            url = f"http://127.0.0.1:{service.control_port}/control/load"
            headers = {"Authorization": "Bearer the-control-token"}
            async with ann.http.post(url, json=load, headers=headers) as reply:
                assert reply.status == 400

    run(story())


def test_a_load_outlives_the_process(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state"), "--piece-interval", "0")

    async def story(first: Process) -> None:
        async with person(first) as ann:
            await ann.control("PUT", "rules", {"concurrent_answers": 2})
            await ann.control("POST", "load", {"answers": 3})
            await ann.control("POST", "load", {"answers": 2})
            first.end(signal.SIGKILL)
            ann.process = start(tmp_path, *state, port=first.port)
            try:
                refused(await ann.send(), 503, "generation_failed")
                await ann.control("POST", "load", {"answers": 1})
                assert (await ann.send()).status == 202
            finally:
                assert ann.process.end(signal.SIGTERM) == 0

    first = start(tmp_path, *state)
    try:
        run(story(first))
    finally:
        if first.popen.poll() is None:
            first.end()


def test_rules_and_where_sessions_were_seen_outlive_the_process(tmp_path: Path) -> None:
    state = ("--hold-clock", "--state", str(tmp_path / "state"))

    async def story(first: Process) -> None:
        async with person(first) as ann:
            await ann.control("PUT", "rules", {"addresses_per_account": 1, "burst": {"requests": 9, "per": 60}})
            await at(ann, await login(ann, THERE), THERE)
            first.end(signal.SIGKILL)
            ann.process = start(tmp_path, *state, port=first.port)
            try:
                assert (await ann.control("GET", "rules"))["burst"] == {"requests": 9, "per": 60.0}
                refused(await ann.send(X_Client_Address=HERE), 403, "suspicious_activity")
            finally:
                assert ann.process.end(signal.SIGTERM) == 0

    first = start(tmp_path, *state)
    try:
        run(story(first))
    finally:
        if first.popen.poll() is None:
            first.end()
