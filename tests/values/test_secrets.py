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


@pytest.mark.parametrize(
    ("told", "left"),
    [
        (b'{"password": "corr3ct-h0rse"}', b'{"password": "[redacted]"}'),
        (b'{\\"api_key\\":\\"a1b2c3d4\\"}', b'{\\"api_key\\":\\"[redacted]\\"}'),
        (b"<b>Authorization: Bearer eyJhbGci.eyJzdWIi.dGhpcw</b>", b"<b>Authorization: Bearer [redacted]</b>"),
        (b"no such key: sk-proj-W7b2Qm9ZrT4x", b"no such key: sk-[redacted]"),
        (b"session=kGq81-wTzQ4c; Path=/", b"session=[redacted]; Path=/"),
        (b"ACCESS_TOKEN: 'ya29.a0Af'", b"ACCESS_TOKEN: '[redacted]'"),
        (b"one line\nsecret = 'x9-y8-z7'\nanother", b"one line\nsecret = '[redacted]'\nanother"),
    ],
)
def test_what_looks_like_a_secret_or_has_a_secrets_name_is_taken_out(told: bytes, left: bytes) -> None:
    assert Secrets().without(told) == left
    assert Secrets().without(left) == left


@pytest.mark.parametrize(
    "told",
    [
        b'"password": "Password"',
        b'"password": "Passwort vergessen?"',
        b'<input type="password" name="new-1" autocomplete="current-password">',
        b'"session": "session_expired"',
        b'"completion_tokens": 1234567',
        b"Bearer authentication is needed",
        b"ask-me-anything-about-it, risk_assessment_of_all, task-force-and-more",
        "“パスワード”: 「忘れた」".encode(),
    ],
)
def test_what_only_speaks_of_secrets_stays(told: bytes) -> None:
    assert Secrets().without(told) == told


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
