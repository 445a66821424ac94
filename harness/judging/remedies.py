"""Whether a remedy was what it says: its control was there, its diagnosis is right, its status page tells the truth."""

from __future__ import annotations

from harness.judging.case import Case, quoted
from harness.remedies import REMEDIES
from harness.values.result import Finding
from harness.values.situation import NEAR_LINKS, Fault

SERVICE_SIDE = ("gateway", "service_link", "service")
TOTAL = ("down", "flap", "reset_peer", "timeout", "bandwidth", "limit_data", "refuse_upgrade", "portal")
"""What on a link near the person nothing gets past, if it does not let a certain amount through."""
PANEL = {
    **dict.fromkeys(NEAR_LINKS, "network"),
    "browser": "browser",
    "device": "device",
    "client_link": "client",
    "client_server": "client",
    "edge": "client",
    "gateway": "gateway",
    "service_link": "service",
    "service": "service",
    "account": "account",
}
"""What the developer tools can tell of a place: the network as a whole, and what is behind the gateway as one."""
LOOKS_LIKE = {
    "corrupt_cookie": "account",
    "stale_script": "service",
    "stale_worker": "service",
    "misroute": "service",
}
"""What the browser has kept shows itself only in what others answer to it, a wrong way as nobody at its end."""


def elsewhere(case: Case) -> Finding | None:
    """A new chat is a new one: empty, and asked in another conversation."""
    if case.arm.remedy not in REMEDIES or not REMEDIES[case.arm.remedy].elsewhere:
        return None
    opened = case.history.screen("remedy")
    if opened is None or not opened["client"] or opened["error"]:
        return None
    if opened["messages"]:
        return Finding(
            "elsewhere", False, f"expected an empty conversation, shown was {quoted(opened['messages'][0]['text'])}"
        )
    if case.client.lacks("conversations"):
        return None
    asked = [str(event.data["conversation"]) for event in case.history.where("run", "asked")]
    after = case.history.last("run", "asked", after=remedy.at) if (remedy := case.history.step("recovery")) else None
    if after is None:
        return None
    again = after.data["conversation"] in asked[:1]
    return Finding("elsewhere", not again, "expected the question in a new conversation, it was asked in the old one")


def reach(case: Case) -> Finding | None:
    """A remedy that uses one of the client's controls finds it."""
    event = case.history.first("run", "unavailable")
    if event is None or case.arm.remedy not in ("retry", "regenerate", "new_chat"):
        return None
    symptom = case.symptom
    if "disabled" in str(event.data["because"]) or (symptom and (symptom["login"] or not symptom["error"])):
        return None
    return Finding("reach", False, f"expected {case.arm.remedy} to be possible, but {event.data['because']}")


def diagnosis(case: Case) -> Finding | None:
    """A diagnosis names the place where the fault sits, as exactly as it can tell; that it can't tell may be so."""
    named = case.history.last("run", "diagnosis")
    there = _total(case, named.at) if named else []
    if named is None or not there:
        return None
    if named.data["place"] == "unclear":
        plain = _plain_lines(case, named.at)
        said = f"expected {named.data['by']} to name a place, where the network panel has {plain[0]}" if plain else ""
        return Finding("diagnosis", False, said) if plain else None
    hidden = ""
    if named.data["by"] == "developer_tools":
        want = {LOOKS_LIKE.get(fault.do, PANEL[fault.at]) for fault in there}
        if case.arm.scenario.gateway.error_pages == "branded" and "service" in want:
            want, hidden = {"gateway"}, ", whose own page hides the service"
    else:
        places = {"uplink" if fault.at == "proxy" else fault.at for fault in there}
        want = {place if place in NEAR_LINKS else "beyond" for place in places}
    right = named.data["place"] in want
    found = f"{named.data['place']} ({named.data['because']})"
    sentence = f"expected {named.data['by']} to name {' or '.join(sorted(want))}{hidden}, named was {found}"
    return Finding("diagnosis", right, sentence)


def _plain_lines(case: Case, until: float) -> list[str]:
    """What the network panel has had since the moment of which everybody can tell where it comes from."""
    moment = case.history.step("moment")
    since = moment.at if moment else 0.0
    seen = case.history.where("browser", "response", "request_failed", after=since, before=until)
    failed = [event for event in seen if int(event.data.get("status", 400)) >= 400]
    plain = [event for event in failed if "ABORTED" not in str(event.data.get("error", ""))]
    return [f"{e.data['path']}: {e.data.get('status') or e.data['error']}" for e in plain]


def _total(case: Case, until: float) -> list[Fault]:
    """The faults that were still there at that time; none if one of them lets something through."""
    faults = case.arm.scenario.faults
    lifted = {event.data["fault"] for event in case.history.where("fault", "lifted", "gone", before=until)}
    armed = {event.data["fault"] for event in case.history.where("fault", "armed", before=until)}
    there = [fault for index, fault in enumerate(faults) if index in armed - lifted and not fault.harmless]
    partial = any(fault.at in NEAR_LINKS and fault.do not in TOTAL for fault in there)
    stalls = any(
        fault.do in ("bandwidth", "limit_data") and (fault.params.get("rate") or fault.params.get("bytes"))
        for fault in there
    )
    return [] if partial or stalls else there


def status_page(case: Case) -> Finding | None:
    """The status page shows an incident if and only if the cause is on the service's side."""
    looks = [look for look in case.history.where("run", "status_page") if look.data["state"] != "unreachable"]
    if not looks:
        return None
    faults = [fault for fault in case.arm.scenario.faults if not fault.harmless]
    theirs = [fault for fault in faults if fault.at in SERVICE_SIDE]
    shown = looks[0].data["state"] == "incident"
    if shown and not theirs:
        said = quoted(str(looks[0].data["title"]))
        return Finding("status_page", False, f"expected no incident on the status page, shown was {said}")
    everybodys = [f for f in theirs if not f.only and not f.on and f.lasts.hits is None and not f.taken_over]
    lifted = case.history.where("fault", "lifted", before=looks[0].at)
    armed = {event.data["fault"] for event in case.history.where("fault", "armed", before=looks[0].at)}
    over = {event.data["fault"] for event in lifted}
    still = [f for f in everybodys if case.arm.scenario.faults.index(f) in armed - over]
    if still and not shown and not any(f.comes_and_goes for f in still):
        return Finding("status_page", False, f"expected an incident on the status page ({still[0]}), shown was none")
    first, last = looks[0].data["state"], looks[-1].data["state"]
    then = f", and in the end {last}" if last != first else ""
    return Finding("status_page", True, f"the status page says {first}{then}")


def bisection(case: Case) -> Finding | None:
    """Switching extensions on one by one finds the guilty one."""
    found = case.history.last("run", "bisected")
    if found is None:
        return None
    right = found.data["found"] == found.data["guilty"]
    return Finding("bisection", right, f"expected {found.data['guilty']} to be found, found was {found.data['found']}")
