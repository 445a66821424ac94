"""Secrets are found however they are written, and nothing else is taken out."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from harness.values.secrets import REDACTED, Secrets

VALUE = 'tök/en+"1"=='


@pytest.mark.parametrize(
    "written",
    [VALUE, quote(VALUE, safe=""), '{"a": "tök/en+\\"1\\"=="}', '{"a": "t\\u00f6k/en+\\"1\\"=="}'],
    ids=["as it is", "in an address", "in JSON", "in JSON of ASCII"],
)
def test_a_secret_is_found_in_each_way_of_writing_it(written: str) -> None:
    assert Secrets([VALUE]).out_of(f"before {written} after").startswith("before ")
    assert REDACTED in Secrets([VALUE]).out_of(f"before {written} after")
    assert "en+" not in Secrets([VALUE]).out_of(written)


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("after", ["", "a", "ab"])
def test_a_secret_is_found_in_base64_wherever_it_stands(before: str, after: str) -> None:
    coded = base64.b64encode(f"{before}session-value-1{after}".encode())
    assert REDACTED.encode() in Secrets(["session-value-1"]).without(coded)


@pytest.mark.parametrize(
    "carried",
    [
        b"Set-Cookie: session=fresh-value-1; HttpOnly",
        b"cookie: session=fresh-value-1",
        b'{"name":"Cookie","value":"session=fresh-value-1"}',
        b'{"name":"set-cookie","value":"session=fresh-value-1; Path=/"}',
        b'"authorization": "Bearer fresh-value-1"',
    ],
)
def test_what_a_header_carries_is_learned(carried: bytes) -> None:
    secrets = Secrets()
    secrets.learn(carried)
    assert secrets.without(b"and fresh-value-1 again") == b"and [redacted] again"


def test_without_secrets_and_for_short_ones_nothing_changes() -> None:
    assert Secrets().without(b"text") == b"text"
    assert Secrets(["abc"]).out_of("abc def") == "abc def"


def test_text_that_is_no_text_survives() -> None:
    assert Secrets(["secret-value"]).out_of("\ud800 secret-value") == "\ud800 [redacted]"
    assert Secrets(["secret-value"]).without(b"\xff\x00 secret-value \xfe") == b"\xff\x00 [redacted] \xfe"


def test_what_was_of_one_arm_is_forgotten_and_what_lasts_is_not() -> None:
    secrets = Secrets()
    secrets.add("the-control-token", lasting=True)
    secrets.add("session-of-one-arm")
    secrets.forget()
    assert secrets.without(b"the-control-token session-of-one-arm") == b"[redacted] session-of-one-arm"
