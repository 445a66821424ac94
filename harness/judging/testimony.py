"""What a witness saw, in one clause: of a fault on the wire, or of a remedy that was done."""

from __future__ import annotations

from harness.values.history import Event
from harness.values.text import shown, unopened

WHOSE = {
    "security": "the device's security software",
    "office_firewall": "the office's firewall",
    "proxy": "the browser's proxy",
    "other": "the other provider",
    "portal": "the network's portal",
}
"""Whose log it is, by the listener or the route; the roads are the gateway's own."""
GATEWAY = "the gateway"
ITS_OWN = " of its own"
ANSWERED_BY = {"via_upstream": " from the service", "-": "", "": ""}
"""Who gave a reply that says that something is wrong, by what the gateway's log has of it. With any other details it is
its own: its rate limit's, a time-out's, or one for a service that it didn't reach."""
SAW = {
    "clicked": "the page had a press on {control}",
    "touched": "the page felt how {control} was touched",
    "extension": "the browser's own list has {name} as {state}",
    "kept": "every clock went on",
    "message": "the service took “{text}”",
    "plan_changed": "the service changed the plan to {plan}",
    "api_answer": "the API's package was answered “{text}”",
    "api_error": "the API's package says {error}",
    "diagnosis": "nothing that was recorded says where",
    "websocket_told_error": "the browser was told {code} on its WebSocket",
    "request_failed": "the browser's {method} {path} failed with {error}",
    "response": "the browser's {method} {path} was answered with {status} after {ms} ms",
    "finished": "the browser had all of {path} after {ms} ms",
    "downloaded": "the browser downloaded {name}",
    "saved": "the page gave the browser a file of {bytes} bytes to save",
    "websocket_closed": "the browser's WebSocket closed with {code}",
    "piece": "the service made piece {n}, which the browser did not have",
}
"""Sentences by the kind of event; `clause` has those that need more than its particulars."""


def testimony(event: Event) -> str:
    """What a witness saw, and what of it makes it one."""
    return clause(event) + _noted(event)


def clause(event: Event) -> str:
    """What a witness saw as it was recorded; the testimony begins with it."""
    data = event.data
    if event.source == "gateway" and event.kind == "access":
        return _logged(event)
    if event.kind == "document":
        return f"the browser asked for {data['host']}{data['path']} (tab {data['tab']}, window {data['window']})"
    if event.kind == "navigation_failed":
        return f"the browser did not open the address: {unopened(str(data['error']))}"
    if event.kind == "routes":
        return f"Envoy has the addresses {', '.join(data['addresses'].values())}"
    if event.kind == "road":
        return f"Toxiproxy leads over {', '.join(data['passes'])}"
    if event.kind == "snapshot" and "unheard" in data:
        return f"the page said {data['unheard']} things on its WebSocket, to which nothing came"
    if event.kind == "snapshot":
        return f"the screen has “{shown(str(data.get('draft') or data['messages'][-1]['text']), 80)}”"
    if event.kind == "account":
        return f"the service has the account as {data['plan']}, its password changed: {data['password_changed']}"
    if event.kind == "ticket_handled":
        did = "unlocked the account" if data["did"] == "unlocked" else f"did {shown(str(data['did']), 80)}"
        return f"the service handled ticket {data['ticket']} and {did}"
    sentence = SAW.get(event.kind, f"{event.source} saw {event.kind}")
    return sentence.format_map({name: shown(str(value), 80) for name, value in data.items()})


def _logged(event: Event) -> str:
    """An entry of an access log; who gave the reply is told of the gateway, where it is no good one."""
    data = event.data
    whose = WHOSE.get(str(data.get("route"))) or WHOSE.get(str(data.get("road")), GATEWAY)
    what = " ".join(str(data[name]) for name in ("method", "path", "status") if data.get(name) is not None)
    flags = f" {data['flags']}" if data.get("flags") not in (None, "", "-") else ""
    tries = int(data.get("attempts") or 0)
    again = f" after {tries} attempts" if tries > 1 else ""
    broken = whose == GATEWAY and int(data["status"]) >= 400
    details = str(data.get("details") or "")
    by = ANSWERED_BY.get(details, ITS_OWN if details else "") if broken else ""
    wait = f", retry-after {data['retry_after']}" if data.get("retry_after") else ""
    reply = f" “{data['reply']}”" if data.get("reply") else ""
    return f"{whose}'s log has {what}{flags}{by}{again}{wait}{reply}"


def _noted(event: Event) -> str:
    """What whoever took it for a witness noted of it."""
    data, kind = event.data, event.kind
    if kind == "request_failed" and "waited" in data:
        nothing = ", and until then the gateway had nothing of it" if data["unseen"] else ""
        return f" after {data['waited']} s without a reply{nothing}"
    if kind == "websocket_closed":
        there = f", and Toxiproxy ended a connection of {data['link']}" if data.get("link") else ""
        return _how_far(event) + there
    if kind == "piece" and "held" in data:
        return f" for {data['held']:g} s"
    told = {
        "late": " {late:g} s later",
        "endless": ", and its end did not come",
        "took": ", {took} ms after it was asked for",
        "by": ", by {by}",
        "cookies": ", {cookies}",
        "went": " by {went:g} s",
    }
    return "".join(words.format_map(data) for name, words in told.items() if data.get(name))


def _how_far(closed: Event) -> str:
    if closed.data.get("stillborn"):
        return " before it came to the gateway"
    if closed.data.get("idle"):
        return " while nothing was being answered"
    pieces = int(closed.data["pieces"])
    return f" after piece {pieces}" if pieces else " before the first piece"
