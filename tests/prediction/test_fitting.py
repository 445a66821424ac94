"""What a client hasn't is skipped with that reason; what it has is asked of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.clients import CAPABILITIES, Client
from harness.faults import FAULTS
from harness.prediction.fitting import FAULT_NEEDS, unfit, unfit_arm
from harness.remedies import REMEDIES
from tests.helpers import CLIENT, arm_of, scenario

SERVER = replace(
    CLIENT,
    name="other",
    runs="server",
    by_api=True,
    by_model=True,
    has=frozenset({"retry"}),
    languages=("en",),
    retries=2,
)
PAGE = replace(SERVER, runs="page", retries=0)


def why(client: Client, faults: str, moment: str = "send", more: str = "") -> str:
    return unfit(scenario(faults, moment, more, client), client)


def test_the_page_that_has_all_is_asked_everything() -> None:
    assert why(CLIENT, "{at: account, do: session_expired}") == ""
    assert unfit_arm(arm_of(scenario(more="does_not_recover: [new_chat]"), "new_chat"), CLIENT) == ""


@pytest.mark.parametrize(
    ("client", "faults", "moment", "reason"),
    [
        (SERVER, "{at: account, do: session_expired}", "send", "has no account that one logs in to"),
        (SERVER, "{at: service, do: file_incomplete}", "download", "has no files"),
        (SERVER, "{at: service_link, do: reset_peer, lasts: 45s}", "open", "doesn't come from the service"),
        (
            SERVER,
            "{at: gateway, do: status, status: 502, only: [network]}",
            "send",
            "never sees the person's own address",
        ),
        (SERVER, "{at: account, do: rate_limit, lasts: 1m}", "send", "on the clock of its own server"),
        (CLIENT, "{at: client_server, do: crash, lasts: 45s}", "send", "page has no client server"),
        (PAGE, "{at: edge, do: misroute, lasts: 45s}", "send", "other has no edge"),
        (PAGE, "{at: account, do: rate_limit, lasts: 1m}", "send", ""),
        (PAGE, "{at: service, do: lose_reply, on: messages, lasts: 1 request}", "send", ""),
        (SERVER, "{at: client_link, do: reset_peer, lasts: 45s}", "send", ""),
        (SERVER, "{at: service, do: status, status: 500, on: messages, lasts: 45s}", "send", ""),
    ],
)
def test_a_fault_that_a_client_cannot_meet_is_told(client: Client, faults: str, moment: str, reason: str) -> None:
    found = why(client, faults, moment)
    assert reason in found
    assert bool(found) is bool(reason)


def test_a_language_that_it_does_not_speak() -> None:
    assert why(SERVER, "[]", more="locale: ja") == "other does not speak ja"


def test_a_remedy_needs_what_it_presses() -> None:
    one = scenario(more="does_not_recover: [new_chat, retry, reload]", client=SERVER)
    assert unfit_arm(arm_of(one, "new_chat", SERVER), SERVER) == "other has no control that starts a new chat"
    assert unfit_arm(arm_of(one, "retry", SERVER), SERVER) == ""
    assert unfit_arm(arm_of(one, "reload", SERVER), SERVER) == ""
    assert unfit_arm(arm_of(one, "control[nothing]", SERVER), SERVER) == ""


def test_messages_are_the_apis_for_who_comes_by_it() -> None:
    one = scenario("{at: service, do: status, status: 500, on: messages, lasts: 45s}", client=SERVER)
    assert one.faults[0].on == ("messages", "api")
    assert one.gateway.idle_timeout == one.gateway.timeout
    assert "client_server" in one.start.route


def test_what_the_client_tries_by_itself_uses_a_count_up() -> None:
    one = scenario("{at: service_link, do: reset_peer, lasts: 1 connection}", client=SERVER, more="recovers: [retry]")
    assert one.faults[0].outlasted == 2
    assert arm_of(one, "control[nothing]", SERVER).predicted == "recovers"
    assert arm_of(one, "retry", SERVER).expected == "recovers_anyway"


def test_the_tables_name_what_there_is() -> None:
    assert {one.capability for one in REMEDIES.values()} <= {"", *CAPABILITIES}
    assert set(FAULT_NEEDS) <= {name for kinds in FAULTS.values() for name in kinds}
