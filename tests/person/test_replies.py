"""What is noted of an error's body is what came over the wire."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.person.windows import Windows

BODY = b"Blocked by the security software on this device."


class Reply:
    """A reply of which the browser has a body, and which said by its headers how long its body is."""

    status = 403

    def __init__(self, body: bytes, **headers: str) -> None:
        self._body = body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    async def body(self) -> bytes:
        return self._body


@pytest.mark.parametrize(
    ("reply", "texts"),
    [
        pytest.param(Reply(BODY, content_length="48"), [BODY.decode()], id="as long as it said"),
        pytest.param(Reply(b"import {} from './api.js'", content_length="48"), [], id="what the browser had kept"),
        pytest.param(Reply(BODY), [BODY.decode()], id="no length"),
        pytest.param(Reply(BODY, content_length="31", content_encoding="gzip"), [BODY.decode()], id="packed"),
        pytest.param(Reply(b"\xff", content_length="1"), ["\ufffd"], id="no text"),
    ],
)
def test_a_body_of_another_length_than_the_reply_had_is_not_noted(reply: Reply, texts: list[str]) -> None:
    noted: list[str] = []

    def note(*_kind: str, **data: Any) -> None:
        noted.append(data["text"])

    windows = cast(Windows, SimpleNamespace(_recorder=SimpleNamespace(note=note)))
    asyncio.run(Windows._read(windows, cast(Any, reply), "/app/main.js"))
    assert noted == texts
