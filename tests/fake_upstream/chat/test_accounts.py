"""Rate limits, sessions and passwords, on the service's clock."""

from __future__ import annotations

import pytest

from fake_upstream.chat.accounts import (
    MONITOR,
    SESSION_LIFETIME,
    Accounts,
    NameTaken,
    seconds_until_free,
)
from fake_upstream.chat.clock import Clock
from fake_upstream.chat.journal import Journal
from fake_upstream.chat.record import Record
from fake_upstream.faults.armed import RateLimit
from fake_upstream.http.digest import digest


class Desk:
    """Accounts with a clock that stands still."""

    def __init__(self, monitor: str | None = None) -> None:
        self.clock = Clock(held=True)
        journal = Journal(None, self.clock)
        self.record = Record(journal)
        self.accounts = Accounts(journal, self.clock, self.record, monitor)


LIMIT = RateLimit(messages=2, per=60.0)


@pytest.mark.parametrize(
    ("accepted", "now", "wait"),
    [
        pytest.param([], 0.0, None, id="nothing sent"),
        pytest.param([0.0], 1.0, None, id="one below the limit"),
        pytest.param([0.0, 10.0], 10.0, 50, id="until the older one leaves the window"),
        pytest.param([0.0, 10.0], 10.5, 50, id="part of a second counts whole"),
        pytest.param([0.0, 10.0], 60.0, None, id="the older one has left"),
        pytest.param([0.0, 10.0, 20.0], 30.0, 40, id="above the limit: two must leave"),
        pytest.param([0.1, 0.1], 60.1, None, id="to the second, whatever floats make of it"),
    ],
)
def test_the_window_of_a_rate_limit(accepted: list[float], now: float, wait: int | None) -> None:
    assert seconds_until_free(accepted, LIMIT, now) == wait


def test_waiting_as_long_as_told_is_enough() -> None:
    desk = Desk()
    desk.clock.advance(0.1)
    for _ in range(2):
        desk.accounts.note_accepted("ann", desk.clock.now())
        desk.clock.advance(0.3)
    wait = desk.accounts.retry_after("ann", LIMIT)
    assert wait is not None
    desk.clock.advance(wait - 1)
    assert desk.accounts.retry_after("ann", LIMIT) is not None
    desk.clock.advance(1)
    assert desk.accounts.retry_after("ann", LIMIT) is None


def test_one_account_does_not_use_up_another_ones_limit() -> None:
    desk = Desk()
    for _ in range(2):
        desk.accounts.note_accepted("ann", desk.clock.now())
    assert desk.accounts.retry_after("bob", LIMIT) is None


def test_a_session_ends_when_its_lifetime_is_over() -> None:
    desk = Desk()
    _, secrets = desk.accounts.create("ann", "free")
    desk.clock.advance(SESSION_LIFETIME - 1)
    assert desk.accounts.by_session(secrets.session) is not None
    desk.clock.advance(1)
    assert desk.accounts.by_session(secrets.session) is None
    assert [event.kind for event in desk.record.after(0)] == ["session_ended"]


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one() -> None:
    desk = Desk()
    account, secrets = desk.accounts.create("ann", "free")
    other = desk.accounts.login("ann", secrets.password)
    assert other is not None
    assert not desk.accounts.change_password(account, "not it", "another one")
    assert desk.accounts.change_password(account, secrets.password, "another one")
    assert desk.accounts.end_sessions("ann", "password", keep=secrets.session) == 1
    assert desk.accounts.by_session(secrets.session) is not None
    assert desk.accounts.by_session(other) is None
    assert desk.accounts.login("ann", secrets.password) is None
    assert desk.accounts.login("ann", "another one") is not None


def test_a_plan_is_changed_once_and_for_one_account() -> None:
    desk = Desk()
    account, secrets = desk.accounts.create("ann", "free")
    desk.accounts.create("bob", "free")
    for _ in range(2):
        account = desk.accounts.change_plan(account, "paid")
        assert account.plan == "paid"
    assert desk.accounts.by_session(secrets.session) == account
    assert desk.accounts.get("bob").plan == "free"  # type: ignore[union-attr]
    noted = [event.fields for event in desk.record.after(0) if event.kind == "plan_changed"]
    assert noted == [{"account": "ann", "plan": "paid"}]


def test_a_name_is_given_once() -> None:
    desk = Desk()
    desk.accounts.create("ann", "free")
    with pytest.raises(NameTaken):
        desk.accounts.create("ann", "free")


def test_the_monitor_is_there_with_its_password_and_has_one_session_however_often_it_comes() -> None:
    desk = Desk(monitor="its password")
    desk.accounts.admit_built_in()
    assert desk.accounts.login(MONITOR, "not it") is None
    tokens = [desk.accounts.login(MONITOR, "its password") or "" for _ in range(300)]
    assert [desk.accounts.by_session(token) is not None for token in tokens] == [False] * 299 + [True]
    with pytest.raises(NameTaken):
        desk.accounts.create(MONITOR, "free")


def test_the_monitor_is_nobody_among_those_at_an_address() -> None:
    desk = Desk(monitor="its password")
    desk.accounts.admit_built_in()
    _, secrets = desk.accounts.create("ann", "free")
    for token in (secrets.session, desk.accounts.login(MONITOR, "its password") or ""):
        desk.accounts.saw(digest(token), "192.0.2.1")
    assert desk.accounts.accounts_at("192.0.2.1") == 1


def test_without_a_password_there_is_no_monitor() -> None:
    desk = Desk()
    desk.accounts.admit_built_in()
    assert desk.accounts.get(MONITOR) is None
    desk.accounts.create(MONITOR, "free")


def test_the_clock_never_goes_back() -> None:
    with pytest.raises(ValueError, match="back"):
        Clock(held=True).advance(-1)
