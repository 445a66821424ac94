"""Every remedy has a witness: who can tell that it was done, and what they don't take for it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.remedies import REMEDIES
from harness.remedies.witness import Act
from harness.values.history import Event, History
from tests.helpers import QUESTION, STEADY, screen

Row = tuple[float, str, str, dict[str, Any]]
CHROME, FIREFOX, PHONE = "Chrome/156", "rv:153 Firefox/153", "Android Chrome/156 Mobile"


def document(at: float = 15, **other: Any) -> Row:
    return (at, "browser", "document", {"host": "chat", "path": "/", "tab": 1, "window": 1, "agent": CHROME, **other})


def kept(at: float, when: str, **other: Any) -> Row:
    return (at, "browser", "kept", {"when": when, "same_cookies": None, "clock": 1000 * at, **other})


def road(*before: str, now: tuple[str, ...]) -> list[Row]:
    """Where the person's link leads before and after."""
    told = (("before", 11, before), ("after", 19, now))
    return [(at, "link", "road", {"when": when, "passes": ["uplink", *passes]}) for when, at, passes in told]


def routes(at: float, when: str, wifi: str = "203.0.113.10", trusted: bool = False) -> Row:
    return (at, "gateway", "routes", {"when": when, "addresses": {"wifi": wifi}, "trusted": trusted})


def press(control: str) -> list[Row]:
    return [(15, "browser", "clicked", {"control": control})]


def hung_up(path: str, flags: str = "DC") -> list[Row]:
    return [(15, "gateway", "access", {"path": path, "flags": flags, "road": "mobile", "ms": 5})]


def account(**other: Any) -> Row:
    return (39, "service", "account", {"phase": "after", "plan": "free", "password_changed": False, **other})


def window(agent: str = CHROME, same: bool | None = False, **other: Any) -> list[Row]:
    return [document(window=2, tab=2, agent=agent, **other), kept(19, "after", same_cookies=same)]


def restart(agent: str = CHROME, same: bool = True) -> list[Row]:
    return [(14, "browser", "window_closed", {"window": 1}), *window(agent, same)]


def short(text: str) -> list[Row]:
    return [(25, "screen", "snapshot", {"phase": "recovery", **screen(draft=text)})]


def panel(place: str, because: str, error: str = "net::ERR_FAILED") -> list[Row]:
    seen: Row = (12, "browser", "request_failed", {"path": "/", "error": error})
    return [seen, (15, "run", "diagnosis", {"by": "developer_tools", "place": place, "because": because})]


TICK = (15, "service", "clock", {"before": 0.0, "now": 60.0})
LATER = [kept(11, "before"), TICK, kept(19, "after", clock=1000 * 71)]
DONE: dict[str, list[Row]] = {
    "reload": [document()],
    "new_tab": [document(tab=2)],
    "retry": press("retry"),
    "regenerate": press("regenerate"),
    "download_again": press("download"),
    "new_chat": press("new_chat"),
    "shorten_prompt": short("Tides?"),
    "wait": LATER,
    "clear_site_data": [document(), kept(19, "after", same_cookies=False)],
    "private_window": window(),
    "phone": window(PHONE),
    "restart_browser": restart(),
    "other_browser": window(FIREFOX),
    "update_browser": restart("Chrome/157"),
    "correct_proxy": restart(),
    "extension_off": [(15, "browser", "extension", {"name": "A", "state": "DISABLED"})],
    "bisect_extensions": [(15, "browser", "extension", {"name": "A", "state": "DISABLED"})],
    "switch_network": road("wifi", now=("mobile",)),
    "vpn_region": road("wifi", "vpn_a", now=("wifi", "vpn_b")),
    "restart_router": [routes(11, "before"), routes(19, "after", wifi="203.0.113.47")],
    "vpn_off": road("wifi", "vpn_a", now=("wifi",)),
    "close_background": hung_up("/large"),
    "security_exception": [routes(19, "after", trusted=True)],
    "security_off": road("security", "wifi", now=("wifi",)),
    "log_in_again": press("login_submit"),
    "change_password": [account(password_changed=True)],
    "support": [(15, "service", "ticket_handled", {"ticket": "t"})],
    "paid_plan": [(15, "service", "plan_changed", {"plan": "paid"})],
    "files_on": press("setting_files"),
    "close_sessions": hung_up("/api/stream"),
    "mobile_app": window(PHONE, host="app.localhost"),
    "status_page": [document(tab=2, host="elsewhere.localhost")],
    "other_service": [document(tab=2, host="other.localhost")],
    "api": [(25, "run", "api_answer", {"text": "The moon."})],
    "check_network": [document(tab=2, host="elsewhere.localhost")],
    "developer_tools": panel("network", "no reply came at all (net::ERR_FAILED)"),
}
NOT_DONE: dict[str, dict[str, list[Row]]] = {
    "reload": {"before it": [document(9.5)], "another tab": [document(tab=2)], "afterwards": [document(30)]},
    "new_tab": {"the same tab": [document()], "another window": [document(tab=2, window=2)]},
    "retry": {"another control": press("send")},
    "shorten_prompt": {"as long as before": short(QUESTION), "the question of before": short(STEADY)},
    "wait": {
        "the browser's clock stood": [kept(11, "before"), TICK, kept(19, "after", clock=11_000)],
        "the service's clock stood": [LATER[0], (15, "service", "clock", {"before": 0.0, "now": 1.0}), LATER[2]],
    },
    "clear_site_data": {"its cookies": [document(), kept(19, "after", same_cookies=True)]},
    "private_window": {"its cookies": window(same=True), "the same window": [document(tab=2)]},
    "phone": {"no phone": window()},
    "restart_browser": {"nothing closed": window(same=True), "without its cookies": restart(same=False)},
    "other_browser": {"the same engine": window()},
    "update_browser": {"the same name": restart()},
    "correct_proxy": {
        "by the proxy still": [*restart(), (16, "gateway", "access", {"path": "/", "road": "proxy", "ms": 5})]
    },
    "extension_off": {"on": [(15, "browser", "extension", {"name": "A", "state": "ENABLED"})]},
    "switch_network": {"the same": road("wifi", now=("wifi",))},
    "vpn_region": {"the same": road("vpn_a", now=("vpn_a",)), "none": road("vpn_a", now=("wifi",))},
    "vpn_off": {"still on": road("vpn_a", now=("vpn_a",)), "never on": road("wifi", now=("wifi",))},
    "restart_router": {"the same address": [routes(11, "before"), routes(19, "after")]},
    "security_exception": {"none": [routes(19, "after")]},
    "close_background": {"they go on": hung_up("/large", "-")},
    "change_password": {"the same": [account()]},
    "paid_plan": {"paid before": [account(plan="paid")]},
    "mobile_app": {"the web page": window(PHONE)},
    "status_page": {"the chat": [document(tab=2)]},
    "developer_tools": {"a reason that nobody saw": panel("network", "no reply came at all (net::ERR_RESET)")},
}


def seen(name: str, rows: list[Row]) -> Event | None:
    asked: Row = (0, "run", "questions", {"steady": STEADY, "question": QUESTION})
    happened = [asked, document(5.0), *rows]
    history = History.of(Event(1000 + at, 0.0, "one", source, kind, data) for at, source, kind, data in happened)
    return REMEDIES[name].witness.seen(Act(history, 1010, 1020, 1040, 60.0))


@pytest.mark.parametrize("name", REMEDIES)
def test_a_remedy_that_was_done_is_seen_and_one_that_was_not_is_not(name: str) -> None:
    assert seen(name, DONE[name]) is not None
    assert seen(name, []) is None


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        pytest.param(name, rows, id=f"{name}: {what}")
        for name, cases in NOT_DONE.items()
        for what, rows in cases.items()
    ],
)
def test_what_only_looks_like_a_remedy_is_none(name: str, rows: list[Row]) -> None:
    assert seen(name, rows) is None
