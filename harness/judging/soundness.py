"""Whether an arm can be judged at all: it came to its end, its faults were on the wire, the world is whole again."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from harness.faults import FAULTS
from harness.faults.witness import LATE
from harness.judging.case import Case, works
from harness.tools.fonts import cure
from harness.values.history import Event, History
from harness.values.result import Finding
from harness.values.text import shown


def complete(case: Case) -> Finding | None:
    """The arm came to its end, without an error of the harness or a part that died."""
    stopped = case.history.first("run", "stopped")
    if stopped:
        return Finding("complete", False, str(stopped.data["because"]))
    if case.history.step("undone") is None:
        return Finding("complete", False, "the arm was broken off")
    unseen = [phase for phase in ("symptom", "recovery") if case.history.screen(phase) is None]
    if unseen:
        return Finding("complete", False, f"nobody looked at the screen ({', '.join(unseen)})")
    return Finding("complete", True, "the arm came to its end")


def evidence(case: Case) -> Finding | None:
    """Each fault was seen on the wire by somebody other than the hand that armed it.

    One that began later is met by who asks again while it is there: it must be seen where that came to nothing.
    """
    if not case.arm.scenario.faults:
        return None
    remedy = case.history.step("remedy")
    until = remedy.at if remedy else float("inf")
    armed = {int(e.data["fault"]): e.at for e in reversed(case.history.where("fault", "armed"))}
    seen = _witnesses(case, armed, until)
    for index, (fault, witness) in enumerate(zip(case.arm.scenario.faults, seen, strict=True)):
        if witness is None and not (fault.begins and _unmet(case, index, armed)):
            return Finding("evidence", False, f"no witness on the wire saw {fault}{_shared(case, seen)}")
    told = [f"{fault}: {testimony(one)}" for fault, one in zip(case.arm.scenario.faults, seen, strict=True) if one]
    return Finding("evidence", True, "; ".join(told))


def _unmet(case: Case, index: int, armed: Mapping[int, float]) -> bool:
    """Whether nobody had to meet a fault that begins later: nobody asked while it was there, or they got through."""
    recovery = case.history.step("recovery")
    if index not in armed or recovery is None:
        return True
    acted = case.history.where("run", "asked", "pressed", after=armed[index])
    if not acted and not case.history.where("browser", "navigation", after=armed[index]):
        return True
    over = [e for e in case.history.where("fault", "lifted", before=recovery.at) if e.data["fault"] == index]
    return armed[index] > recovery.at or bool(over) or works(case)


def _witnesses(case: Case, armed: Mapping[int, float], until: float) -> tuple[Event | None, ...]:
    """For each fault what saw it, and nothing for two: in the first order of choosing in which all find one."""
    faults = case.arm.scenario.faults
    best: tuple[Event | None, ...] = ()
    for order in permutations(range(len(faults))):
        left, found = case.history, dict[int, Event | None]()
        for index in order:
            fault = faults[index]
            end = float("inf") if fault.begins else until
            seen = FAULTS[fault.at][fault.do].seen(fault, left, armed[index], end) if index in armed else None
            found[index] = seen
            left = History(tuple(event for event in left if event is not seen)) if seen else left
        best = tuple(found[index] for index in range(len(faults)))
        if all(best):
            break
    return best


def _shared(case: Case, seen: tuple[Event | None, ...]) -> str:
    """A word on what another fault has for its witness already."""
    others = [testimony(one) for one in seen if one is not None]
    return f" beside what shows the other one ({others[0]})" if others else ""


WHOSE = {
    "security": "the device's security software",
    "office_firewall": "the office's firewall",
    "proxy": "the browser's proxy",
    "other": "the other provider",
    "portal": "the network's portal",
}
"""Whose log it is, by the listener or the route; the roads are the gateway's own."""


def testimony(event: Event) -> str:
    """What a witness saw, in one clause."""
    data = event.data
    if event.source == "gateway" and event.kind == "access":
        reply = f" “{data['reply']}”" if data.get("reply") else ""
        flags = f" {data['flags']}" if data.get("flags") not in (None, "-", "") else ""
        whose = WHOSE.get(str(data.get("route"))) or WHOSE.get(str(data.get("road")), "the gateway")
        tries = int(data.get("attempts") or 0)
        again = f" after {tries} attempts" if tries > 1 else ""
        return f"{whose}'s log has {data['method']} {data['path']} {data['status']}{flags}{again}{reply}"
    if event.kind == "request_failed":
        return f"the browser's {data['method']} {data['path']} failed with {data['error']}"
    if event.kind == "websocket_closed":
        there = f", and Toxiproxy ended a connection of {data['link']}" if data.get("link") else ""
        return f"the browser's WebSocket closed with {data['code']} after piece {data['pieces']}{there}"
    if event.kind == "piece":
        return f"the service sent piece {data['n']}, which the browser did not have {LATE:g} s later"
    return _of_a_remedy(event)


def _of_a_remedy(event: Event) -> str:
    """What a remedy's witness saw."""
    data = event.data
    if event.kind == "document":
        return f"the browser asked for {data['host']}{data['path']} (tab {data['tab']}, window {data['window']})"
    if event.kind == "routes":
        return f"Envoy has the addresses {', '.join(data['addresses'].values())}"
    if event.kind == "snapshot":
        return f"the screen has “{shown(str(data.get('draft') or data['messages'][-1]['text']), 80)}”"
    if event.kind == "account":
        return f"the service has the account as {data['plan']}, its password changed: {data['password_changed']}"
    sentence = SAW.get(event.kind, f"{event.source} saw {event.kind}")
    return sentence.format_map({name: shown(str(value), 80) for name, value in data.items()})


SAW = {
    "unheard": "the page said {frames} things on its WebSocket, to which nothing came",
    "clicked": "the page had a press on {control}",
    "extension": "the browser's own list has {name} as {state}",
    "road": "Toxiproxy leads over {passes}",
    "kept": "every clock went on",
    "message": "the service took “{text}”",
    "ticket_handled": "the service handled ticket {ticket}",
    "plan_changed": "the service changed the plan to {plan}",
    "api_answer": "the API's package was answered “{text}”",
    "api_error": "the API's package says {error}",
    "diagnosis": "nothing that was recorded says where",
}


def letters(case: Case) -> Finding | None:
    """Every letter on the screen is one that this machine's fonts have: what is drawn as boxes, nobody can read."""
    looked = case.history.last("screen", "letters")
    if looked is None:
        return None
    missing = str(looked.data["missing"])
    what = f"no font on this machine has {missing[:20]}: what is drawn as boxes can't be judged; {cure(case.locale)}"
    return Finding("letters", not missing, what if missing else "every letter on the screen is drawn")


def undone(case: Case) -> Finding | None:
    """The world is as it was: every fault lifted, every link clean."""
    event = case.history.first("run", "undone")
    if event is None:
        return None
    return Finding(
        "undone",
        bool(event.data["clean"]),
        "every link is clean again" if event.data["clean"] else "a link is not clean",
    )
