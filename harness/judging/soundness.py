"""Whether an arm can be judged at all: it came to its end, its faults were on the wire, the world is whole again."""

from __future__ import annotations

from harness.faults import FAULTS
from harness.judging.case import Case
from harness.tools.fonts import cure
from harness.values.history import Event
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
    """Each fault was seen on the wire by somebody other than the hand that armed it."""
    if not case.arm.scenario.faults:
        return None
    remedy = case.history.step("remedy")
    until = remedy.at if remedy else float("inf")
    seen = []
    for index, fault in enumerate(case.arm.scenario.faults):
        armed = next((e for e in case.history.where("fault", "armed") if e.data["fault"] == index), None)
        witness = FAULTS[fault.at][fault.do].seen(fault, case.history, armed.at, until) if armed else None
        if witness is None:
            return Finding("evidence", False, f"no witness on the wire saw {fault}")
        seen.append(f"{fault}: {testimony(witness)}")
    return Finding("evidence", True, "; ".join(seen))


def testimony(event: Event) -> str:
    """What a witness saw, in one clause."""
    data = event.data
    if event.source == "gateway" and event.kind == "access":
        reply = f" “{data['reply']}”" if data.get("reply") else ""
        flags = f" {data['flags']}" if data.get("flags") not in (None, "-", "") else ""
        return f"the gateway's log has {data['method']} {data['path']} {data['status']}{flags}{reply}"
    if event.kind == "request_failed":
        return f"the browser's {data['method']} {data['path']} failed with {data['error']}"
    if event.kind == "websocket_closed":
        return f"the browser's WebSocket closed with {data['code']} after piece {data['pieces']}"
    if event.kind == "piece":
        return f"the service sent piece {data['n']}, which the browser did not receive"
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
