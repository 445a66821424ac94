"""What a line of the network panel says of the place where a fault sits."""

from __future__ import annotations

from typing import Any

import pytest

from harness.person.acts_diagnosis import told_by
from harness.values.history import Event


def line(kind: str, **data: Any) -> Event:
    return Event(0.0, 0.0, "", "browser", kind, {"method": "GET", "path": "/", **data})


def reply(status: int, upstream: str = "", **data: Any) -> Event:
    return line("response", status=status, upstream_ms=upstream, **data)


@pytest.mark.parametrize(
    ("event", "text", "place"),
    [
        (line("request_failed", error="net::ERR_BLOCKED_BY_CLIENT"), "", "browser"),
        (line("request_failed", error="net::ERR_CONNECTION_RESET"), "", "network"),
        (line("navigation_failed", error="net::ERR_CONNECTION_REFUSED"), "", "network"),
        (line("request_failed", error="net::ERR_ABORTED"), "", None),
        (reply(403, blocked_by="security software"), "", "device"),
        (reply(502), "Sorry", "gateway"),
        (reply(503), "upstream connect error", "service"),
        (reply(503), "upstream connect error or disconnect. reset reason: overflow", "gateway"),
        (reply(504), "upstream request timeout", "service"),
        (reply(500, "3"), "", "service"),
        (reply(401, "3"), "", "account"),
        (reply(429, "3"), "", "account"),
        (reply(429), "local_rate_limited", "gateway"),
        (reply(511), "<h1>Welcome</h1>", "network"),
        (line("websocket_refused", status=511), "", "network"),
        (reply(302), "", None),
        (reply(200, "3"), "", None),
        (line("websocket_closed", code=1012), "", "service"),
        (line("websocket_closed", code=1006), "", None),
        (line("websocket_refused", status=503), "", "service"),
        (line("websocket_refused", status=403), "", None),
    ],
)
def test_what_a_line_tells(event: Event, text: str, place: str | None) -> None:
    told = told_by(event, text)
    assert (told[0] if told else None) == place
