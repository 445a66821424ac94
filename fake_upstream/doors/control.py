"""The control listener: whoever runs the service makes people, arms faults, and reads what happened."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from ..around.status import STATES, Status
from ..chat.accounts import FREE, NameTaken
from ..chat.conversation import Pace
from ..faults.armed import parse_fault
from ..http.wire import ApiError, Body, error_reply, json_reply, read_body, whole_number
from ..limits.load import MOST
from ..limits.rules import parse_rules
from ..pages.releases import RELEASES
from ..service import SERVICE, Service
from .caller import bearer

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TOKEN = web.AppKey("token", str)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_control(service: Service, token: str) -> web.Application:
    """The application for the control listener; every request must carry the token."""
    app = web.Application(middlewares=[_guard])
    app[SERVICE], app[_TOKEN] = service, token
    app.add_routes(_ROUTES)
    return app


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    token = bearer(request) or ""
    if not hmac.compare_digest(token.encode("utf-8", "replace"), request.app[_TOKEN].encode()):
        return error_reply(401, "bad_token", "the control token is missing or wrong")
    try:
        return await handler(request)
    except ApiError as error:
        return error.reply()
    except web.HTTPException as error:
        return error_reply(error.status)


async def people(request: web.Request) -> web.Response:
    service, body = request.app[SERVICE], await read_body(request)
    body.only("name", "plan", "api_key")
    name, plan = body.optional_string("name"), body.optional_string("plan") or FREE
    for value in (name, plan):
        if value is not None and not _NAME.fullmatch(value):
            raise ApiError(400, message="names are 1 to 64 of the characters A-Z a-z 0-9 . _ -")
    try:
        account, secrets = service.accounts.create(name, plan, body.optional_string("api_key"))
    except NameTaken as error:
        raise ApiError(400, "name_taken", f"there is an account {name} already") from error
    person = {
        "account": account.name,
        "password": secrets.password,
        "session": secrets.session,
        "conversation": service.chat.open_conversation(account.name).id,
        "api_key": secrets.api_key,
    }
    return json_reply(person, 201)


async def person(request: web.Request) -> web.Response:
    service = request.app[SERVICE]
    name = _account(service, Body({"account": request.query.get("account")}))
    return json_reply(service.accounts.evidence(name))


async def expire_sessions(request: web.Request) -> web.Response:
    service, body = request.app[SERVICE], await read_body(request)
    body.only("account")
    return json_reply({"ended": service.accounts.end_sessions(_account(service, body), "expired")})


async def events(request: web.Request) -> web.Response:
    record = request.app[SERVICE].record
    found = record.after(whole_number(request, "after"))
    return json_reply({"events": [event.to_json() for event in found], "last": record.last})


async def answers(request: web.Request) -> web.Response:
    service = request.app[SERVICE]
    account = _account(service, Body({"account": request.query.get("account")}))
    return json_reply({"answers": [answer.evidence() for answer in service.chat.answers(account)]})


async def requests(request: web.Request) -> web.Response:
    account = request.query.get("account")
    found = request.app[SERVICE].exchanges.all(account)
    return json_reply({"requests": [exchange.to_json() for exchange in found]})


async def clock(request: web.Request) -> web.Response:
    service, body = request.app[SERVICE], await read_body(request)
    body.only("advance")
    service.clock.advance(body.optional_seconds("advance") or 0.0)
    service.journal.commit("clock", {})
    return json_reply({"now": service.clock.now()})


async def pace(request: web.Request) -> web.Response:
    service, body = request.app[SERVICE], await read_body(request)
    body.only("account", "hold_after", "interval")
    wanted = Pace(body.optional_int("hold_after", 0), body.optional_seconds("interval"))
    service.chat.set_pace(_account(service, body), wanted)
    return json_reply({"hold_after": wanted.hold_after, "interval": wanted.interval})


async def release(request: web.Request) -> web.Response:
    service, body = request.app[SERVICE], await read_body(request)
    body.only("account")
    service.chat.release(_account(service, body))
    return json_reply({})


async def set_release(request: web.Request) -> web.Response:
    releases, body = request.app[SERVICE].releases, await read_body(request)
    body.only("release")
    wanted = body.string("release")
    if wanted not in RELEASES:
        raise ApiError(400, message=f"release must be one of {', '.join(RELEASES)}")
    releases.set(wanted)
    return json_reply({"release": releases.present})


async def arm(request: web.Request) -> web.Response:
    fault = parse_fault(request.match_info["id"], await read_body(request))
    request.app[SERVICE].faults.arm(fault)
    return json_reply(fault.to_json())


async def lift(request: web.Request) -> web.Response:
    return json_reply({"hits": request.app[SERVICE].faults.lift(request.match_info["id"])})


async def armed(request: web.Request) -> web.Response:
    return json_reply({"faults": [fault.to_json() for fault in request.app[SERVICE].faults.armed()]})


async def set_rules(request: web.Request) -> web.Response:
    rulebook, body = request.app[SERVICE].rulebook, await read_body(request)
    rulebook.set(parse_rules(body, rulebook.rules))
    return json_reply(rulebook.rules.to_json())


async def rules(request: web.Request) -> web.Response:
    return json_reply(request.app[SERVICE].rulebook.rules.to_json())


async def set_load(request: web.Request) -> web.Response:
    service, body = request.app[SERVICE], await read_body(request)
    body.only("answers")
    wanted = body.optional_int("answers", 0, MOST)
    if wanted is None:
        raise ApiError(400, message="answers is missing")
    service.load.set(wanted)
    return json_reply({"answers": wanted})


async def tickets(request: web.Request) -> web.Response:
    return json_reply({"tickets": [ticket.to_json() for ticket in request.app[SERVICE].desk.tickets()]})


async def handle(request: web.Request) -> web.Response:
    did = request.app[SERVICE].desk.handle(request.match_info["id"])
    if did is None:
        raise ApiError(404, message="there is no such ticket")
    return json_reply({"did": did})


async def announce(request: web.Request) -> web.Response:
    service, body = request.app[SERVICE], await read_body(request)
    body.only("state", "title")
    state = body.string("state")
    if state not in STATES:
        raise ApiError(400, message=f"state must be one of {', '.join(STATES)}")
    service.board.announce(Status(state, body.optional_string("title") or ""))
    return json_reply(service.board.status.to_json())


async def reset(request: web.Request) -> web.Response:
    request.app[SERVICE].reset()
    return json_reply({})


def _account(service: Service, body: Body) -> str:
    name = body.string("account")
    if service.accounts.get(name) is None:
        raise ApiError(400, "unknown_account", f"there is no account {name}")
    return name


_ROUTES = [
    web.post("/control/people", people),
    web.get("/control/people", person),
    web.post("/control/sessions/expire", expire_sessions),
    web.get("/control/events", events),
    web.get("/control/answers", answers),
    web.get("/control/requests", requests),
    web.post("/control/clock", clock),
    web.post("/control/pace", pace),
    web.post("/control/release", release),
    web.put("/control/release", set_release),
    web.get("/control/faults", armed),
    web.put("/control/faults/{id}", arm),
    web.delete("/control/faults/{id}", lift),
    web.get("/control/rules", rules),
    web.put("/control/rules", set_rules),
    web.post("/control/load", set_load),
    web.get("/control/tickets", tickets),
    web.post("/control/tickets/{id}/handle", handle),
    web.put("/control/status", announce),
    web.post("/control/reset", reset),
]
