"""What a client gives away: secrets and prompts in what it sends, secrets and the machine's insides in what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from harness.judging.case import Case, lines_on, quoted, squeeze
from harness.judging.looks import looks
from harness.judging.wire import route
from harness.judging.wording import BEARER
from harness.values.history import Event
from harness.values.result import Finding
from harness.values.secrets import REDACTED

SECRETS: dict[str, re.Pattern[str]] = {
    "a session": re.compile(r"\bsession(?:_?id)?\s*[=:]\s*\S{4,}", re.IGNORECASE),
    "a cookie": re.compile(r"\b(?:set-)?cookie\s*[:=]", re.IGNORECASE),
    "an authorization": re.compile(rf"\bauthorization\s*[:=]|{BEARER}[\w.~+/\[-]{{8,}}", re.IGNORECASE),
    "an API key": re.compile(r"\bsk[-_][\w\[-]{8,}|\bapi[_-]?key\s*[:=]\s*\S{4,}", re.IGNORECASE),
    "a password": re.compile(r"\b(?:password|passwd|pwd)\s*[:=]\s*\S{3,}", re.IGNORECASE),
    "a token": re.compile(r"\b\w*token\s*[:=]\s*[\w.~+/\[-]{6,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.", re.IGNORECASE),
}
"""What nobody may read in an error, and how it is written, also where the secret itself was taken out."""
TAKEN_OUT = {"a secret": re.compile(re.escape(REDACTED))}
"""What is left of one that has no name beside it."""
INSIDES: dict[str, re.Pattern[str]] = {
    "a stack trace": re.compile(
        r"\bTraceback \(most recent|^\s*File \"[^\"]+\", line \d+"
        r"|\bat (?:\S+ )?\(?\S+\.(?:[cm]?[jt]sx?|html?)\S*:\d+:\d+|@\S+:\d+:\d+$"
    ),
    "an internal address": re.compile(
        r"\b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}\b|\b[\w-]+(?:\.[\w-]+)*"
        r"\.(?:internal|svc\.cluster\.local|corp|lan)\b"
    ),
}
"""What of a service's or a client's insides is nobody's business on a screen."""
WRITTEN = "what the person wrote"
PASSWORD = "a password"
PRESSED_FOR_IT = frozenset({"login_submit", "logout", "setting_files"})


def leaks(case: Case) -> Finding | None:
    """Nothing confidential is said in an error, shown by the client, or sent to where it does not belong."""
    said = said_of_errors(case)
    accounts = {str(e.data["account"]) for e in case.history.where("service") if e.data.get("account")}
    prompts = {case.question, case.steady_question} - {""}
    named = [line for line in said if any(secret in line for secret in accounts | prompts)]
    if named:
        return Finding("leaks", False, f"expected no account and no prompt in an error, told was {quoted(named)}")
    found = told(said, SECRETS) or told(said, TAKEN_OUT) or told(_shown(case), INSIDES)
    if found:
        return Finding("leaks", False, f"expected nothing confidential in an error, told was {found}")
    sent = next(_sent(case), "") or next(_by_its_server(case), "") or next(_left_lying(case), "")
    return Finding("leaks", not sent, sent or "expected no account and no prompt in an error, told was nothing")


def told(lines: list[str], looks: dict[str, re.Pattern[str]]) -> str:
    """What of these is told in the lines, without the thing itself; empty when nothing is."""
    return " and ".join(what for what, pattern in looks.items() if any(pattern.search(line) for line in lines))


def said_of_errors(case: Case) -> list[str]:
    """Every line by which somebody told of an error: the screen, and the replies that came over the wire."""
    screens = [screen for screen in (case.symptom, case.final) if screen]
    replies = [str(e.data["reply"]) for e in case.history.where("gateway", "access") if e.data.get("reply")]
    return [line for screen in screens for line in lines_on(screen)] + replies


def _shown(case: Case) -> list[str]:
    """What the client itself shows of an error."""
    screens = [screen for screen in (case.symptom, case.final) if screen and screen["client"]]
    return [line for screen in screens for line in lines_on(screen)]


def _sent(case: Case) -> Iterator[str]:
    """Each request that gives something away, as a sentence."""
    requests = case.history.where("browser", "request")
    broken = case.history.step("break")
    begun = broken.at if broken else float("inf")
    for screen in case.history.where("screen", "snapshot"):
        if screen.data.get("in_address"):
            yield f"expected nothing confidential in the page's address, it has {screen.data['in_address']}"
        if screen.data.get("linked"):
            yield f"expected nothing confidential in a link's address, it has {screen.data['linked']}"
        if screen.data.get("shows"):
            yield f"expected no secret on the screen ({screen.data['phase']}), it shows {screen.data['shows']}"
    usual = {_route(one) for one in requests if one.at < begun and one.data.get("carries")}
    for one in requests:
        where = f"{one.data['method']} {one.data['path']}"
        if one.data.get("foreign") and not _was_led_there(one):
            yield f"expected nothing to be sent to another origin, {where} went to {one.data['foreign']}"
        if one.data.get("in_address"):
            yield f"expected nothing confidential in an address, {where} has {one.data['in_address']}"
        carries = str(one.data.get("carries") or "")
        if PASSWORD in carries and _goes_along(case, one):
            yield f"expected {PASSWORD} to be sent only where a person logs in or changes it, {where} had it"
        if carries and one.at >= begun and _route(one) not in usual and not _was_asked(case, one):
            yield f"expected {carries} to be sent only where a person sends it, {where} had it"


def _by_its_server(case: Case) -> Iterator[str]:
    """Each of a client's server's own requests with a secret or what a person wrote in its address, as a sentence."""
    written = [text for text in (case.question, case.steady_question) if text]
    for one in case.history.where("gateway", "access"):
        address = str(one.data.get("path", ""))
        path = address.partition("?")[0]
        if one.data.get("road") == "client_api" and REDACTED in address:
            yield f"expected nothing confidential in an address, its server's {one.data['method']} {path} has a secret"
        read = f"{squeeze(unquote(address))} {squeeze(unquote_plus(address))}"
        if one.data.get("road") == "client_api" and any(text in read for text in written):
            yield f"expected nothing confidential in an address, its server's {one.data['method']} {path} has {WRITTEN}"


def _was_led_there(request: Event) -> bool:
    """Whether somebody on the way led it to another origin, with nothing of the person's."""
    return bool(request.data.get("led")) and not request.data.get("carries")


def _left_lying(case: Case) -> Iterator[str]:
    """What lies about where the next one at this browser finds it, each as a sentence."""
    for one in case.history.where("browser", "lying"):
        yield f"expected no secret in {one.data['where']}, it has {one.data['what']}"
    for one in case.history.where("client", "logged"):
        yield f"expected no secret in the log of the client's server, it has {one.data['what']}"
    for one in case.history.where("browser", "response"):
        if one.data.get("gives_away"):
            where = f"the headers of {one.data['method']} {one.data['path']}'s reply"
            yield f"expected no secret in {where}, they have {one.data['gives_away']}"
    for look in looks(case):
        query = str(look.screen.get("url", "")).partition("?")[2].replace("&", " ")
        if found := told([query], SECRETS):
            yield f"expected nothing confidential in the page's address ({look.phase}), it has {found}"


def _route(event: Event) -> str:
    return f"{event.data['method']} {route(str(event.data['path']))}"


def _goes_along(case: Case, request: Event) -> bool:
    """Whether a password goes with what only asks for something, or to a third place: one logs in and changes it."""
    asked = case.history.where("browser", "request")
    routes = list(dict.fromkeys(_route(one) for one in asked if PASSWORD in str(one.data.get("carries"))))
    return request.data["method"] in ("GET", "HEAD") or _route(request) in routes[2:]


def _was_asked(case: Case, request: Event) -> bool:
    """Whether a person had opened a dialog that sends it: a login, the settings, a ticket."""
    acts = case.history.where("run", "begins", before=request.at)
    pressed = case.history.where("browser", "clicked", before=request.at)
    forms = any(one.data.get("control") in PRESSED_FOR_IT and one.at > request.at - 5 for one in pressed)
    dialogs = {"support", "change_password", "paid_plan", "files_on", "log_in_again", "clear_site_data"}
    return forms or bool(acts and acts[-1].data["remedy"] in dialogs)
