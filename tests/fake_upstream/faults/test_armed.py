"""Whom a fault meets, how long it lasts, and what is refused when it is armed."""

from __future__ import annotations

from typing import Any

import pytest

from fake_upstream.around.status import preferred_language
from fake_upstream.chat.clock import Clock
from fake_upstream.chat.journal import Journal
from fake_upstream.chat.record import Record
from fake_upstream.doors.acts import half, prompt_length
from fake_upstream.doors.app import classify, engine
from fake_upstream.faults.armed import CLASSES, Fault, Faults, Scope, Subject, parse_fault
from fake_upstream.http.digest import digest
from fake_upstream.http.wire import ApiError, Body, json_reply

ANN = Subject(
    traffic="messages",
    request="r1",
    account="ann",
    session=digest("token"),
    address="192.0.2.1",
    conversation="c1",
    length=100,
)


def fault(**members: Any) -> Fault:
    return parse_fault("f", Body({"do": "drop", **members}))


def faults() -> tuple[Faults, Record]:
    record = Record(Journal(None, Clock(held=True)))
    return Faults(record), record


@pytest.mark.parametrize(
    ("scope", "met"),
    [
        ({}, True),
        ({"account": "ann"}, True),
        ({"account": "bob"}, False),
        ({"session": "token"}, True),
        ({"session": "another"}, False),
        ({"address": "192.0.2.1"}, True),
        ({"address": "192.0.2.2"}, False),
        ({"conversation": "c1"}, True),
        ({"conversation": "c2"}, False),
        ({"longer_than": 99}, True),
        ({"longer_than": 100}, False),
        ({"account": "ann", "address": "192.0.2.2"}, False),
        ({"account": "ann", "address": "192.0.2.1", "longer_than": 10}, True),
        ({"on": ["messages", "me"]}, True),
        ({"on": ["me"]}, False),
    ],
)
def test_every_key_of_the_scope_must_match(scope: dict[str, Any], met: bool) -> None:
    armed, _ = faults()
    armed.arm(fault(**scope))
    assert bool(armed.matching(ANN)) is met


def test_a_request_without_the_property_is_not_met() -> None:
    nobody = Subject("page", "r1")
    for scope in (Scope(account="ann"), Scope(session="x"), Scope(conversation="c1"), Scope(longer_than=0)):
        assert not scope.matches(nobody)


def test_without_on_all_traffic_is_meant() -> None:
    assert fault().on == frozenset(CLASSES)


def test_a_fault_ends_after_so_many_requests_and_its_hits_stay_known() -> None:
    armed, record = faults()
    one = fault(requests=2)
    armed.arm(one)
    for _ in range(2):
        assert armed.matching(ANN) == [one]
        armed.hit(one, ANN)
    assert armed.matching(ANN) == []
    assert armed.lift("f") == 2
    kinds = [event.kind for event in record.after(0)]
    assert kinds == ["fault_armed", "fault_hit", "fault_hit", "fault_lifted"]


def test_lifting_what_is_not_there_is_no_error() -> None:
    armed, record = faults()
    assert armed.lift("never armed") == 0
    assert record.after(0) == []


def test_arming_again_replaces_and_counts_anew() -> None:
    armed, _ = faults()
    first, second = fault(), fault(account="ann")
    armed.arm(first)
    armed.hit(first, ANN)
    armed.arm(second)
    assert armed.matching(ANN) == [second]
    assert armed.lift("f") == 0


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"do": "explode"}, "do must be one of"),
        ({"do": 5}, "do must be a string"),
        ({"do": "status"}, "status is missing"),
        ({"do": "status", "status": 200}, "body is missing"),
        ({"do": "status", "status": True}, "whole number"),
        ({"do": "status", "status": 429, "retry_after": "1\r\nX: y"}, "retry_after must be"),
        ({"do": "delay"}, "seconds is missing"),
        ({"do": "delay", "seconds": -1}, "zero or more"),
        ({"do": "drop", "seconds": 1}, "unknown: seconds"),
        ({"do": "drop", "acount": "ann"}, "unknown: acount"),
        ({"do": "drop", "on": ["mesages"]}, "on must be a list"),
        ({"do": "drop", "on": []}, "on must be a list"),
        ({"do": "drop", "on": ["api"], "session": "s"}, "session: a request with an API key has none"),
        ({"do": "empty", "conversation": "c-1"}, "conversation: a request with an API key has none"),
        ({"do": "truncate", "on": ["stream"]}, "on must be a list"),
        ({"do": "rate_limit", "messages": 2}, "per is missing"),
        ({"do": "rate_limit", "messages": 0, "per": 60}, "at least 1"),
        ({"do": "stream_close"}, "code is missing"),
        ({"do": "stream_stall", "on": ["page"]}, "on must be a list"),
        ({"do": "drop", "requests": 0}, "at least 1"),
        ({"do": "drop", "on": ["generation"]}, "on must be a list"),
        ({"do": "fail_generation", "on": ["messages"]}, "on must be a list"),
        ({"do": "fail_generation", "code": 500}, "code must be a string"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_a_reason(members: dict[str, Any], says: str) -> None:
    with pytest.raises(ApiError, match=says) as refused:
        parse_fault("f", Body(members))
    assert refused.value.status == 400


def test_a_session_is_not_told_again() -> None:
    told = str(fault(session="s3cret").to_json())
    assert "s3cret" not in told
    assert digest("s3cret") not in told


@pytest.mark.parametrize(
    ("method", "path", "traffic"),
    [
        ("GET", "/", "page"),
        ("GET", "/c/c-1", "page"),
        ("GET", "/app/main.js", "page"),
        ("POST", "/api/login", "login"),
        ("GET", "/api/me", "me"),
        ("POST", "/api/plan", "me"),
        ("POST", "/api/conversations", "history"),
        ("GET", "/api/conversations/c-1", "history"),
        ("POST", "/api/conversations/c-1/messages", "messages"),
        ("GET", "/api/stream", "stream"),
        ("GET", "/api/answers/a-1/events", "stream"),
        ("GET", "/api/answers/a-1", "answers"),
        ("POST", "/api/answers/a-1/regenerate", "answers"),
        ("GET", "/status", "status"),
        ("GET", "/api/status", "status"),
        ("POST", "/v1/chat/completions", "api"),
    ],
)
def test_traffic_classes(method: str, path: str, traffic: str) -> None:
    assert classify(method, path) == traffic


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "firefox"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0 Safari/537.36", "chromium"),
        ("curl/8.0", "other"),
        ("", "other"),
    ],
)
def test_engines(agent: str, name: str) -> None:
    assert engine(agent) == name


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("fr, ja;q=0.5, en;q=0.4", "ja"),
        ("ja;q=x, de", "en"),
    ],
)
def test_the_language_of_the_status_page(header: str, lang: str) -> None:
    assert preferred_language(header) == lang


def test_half_a_reply_promises_the_whole() -> None:
    whole = json_reply({"text": "x" * 100}, 202)
    assert isinstance(whole.body, bytes)
    head, _, body = half(whole).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 202 Accepted\r\n")
    assert f"Content-Length: {len(whole.body)}".encode() in head
    assert body == whole.body[: len(whole.body) // 2]


@pytest.mark.parametrize(
    ("raw", "length"),
    [
        (b'{"text": "\xe5\xaf\x8c\xe5\xa3\xab"}', 2),
        (b'{"text": 5}', None),
        (b"not json", None),
        (b"[]", None),
    ],
)
def test_the_length_of_a_prompt(raw: bytes, length: int | None) -> None:
    assert prompt_length(raw) == length
