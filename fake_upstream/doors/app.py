"""The main listener: routes, and the one door that every request goes through."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from ..around.status import preferred_language
from ..chat.accounts import PLANS, SESSION_LIFETIME, Account
from ..chat.conversation import Answer, Conversation
from ..chat.streams import Socket, serve_events
from ..faults.armed import Subject
from ..http.digest import digest
from ..http.wire import ApiError, error_reply, json_reply, read_body, whole_number
from ..service import SERVICE, Service
from . import downloads, support
from .acts import Cut, Meeting, prompt_length
from .api.completions import completions
from .api.door import api_subject, preflight, through
from .api.errors import Refused
from .api.models import embeddings, model, models
from .api.responses import responses
from .caller import COOKIE, SUBJECT, account_of

MAX_BODY = 1 << 20
MAX_TEXT = 100_000
MAX_KEY = 200
_log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(service: Service) -> web.Application:
    """The application that the gateway forwards to."""
    app = web.Application(client_max_size=MAX_BODY)
    app[SERVICE] = service
    # The door is part of each handler: as a middleware it would cost every request what aiohttp does around one.
    app.add_routes([web.route(r.method, r.path, _behind_the_door(r.handler), **r.kwargs) for r in _ROUTES])
    return app


# -- the door -------------------------------------------------------------------------------------------


def _behind_the_door(handler: Handler) -> Handler:
    async def entered(request: web.Request) -> web.StreamResponse:
        return await door(request, handler)

    return entered


async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say who asks for what, let faults act, turn errors into replies, and note how it went."""
    if request.path == "/healthz":
        return await handler(request)
    if request.method == "OPTIONS" and request.path.startswith("/v1/"):
        return preflight(request)
    service, began = request.app[SERVICE], time.perf_counter()
    subject = request[SUBJECT] = identify(service, request)
    if subject.session is not None and subject.address is not None:
        service.accounts.saw(subject.session, subject.address)
    status: int | None = None
    try:
        api = subject.traffic == "api"
        reply = await (through(service, request, handler, subject) if api else _through(service, request, handler))
        status = reply.sent if isinstance(reply, Cut) else reply.status
        return reply
    finally:
        _note(service, request, subject, status, time.perf_counter() - began)


async def _through(service: Service, request: web.Request, handler: Handler) -> web.StreamResponse:
    subject = request[SUBJECT]
    try:
        if subject.traffic == "messages" and service.faults.weigh_length(subject.traffic):
            length = prompt_length(await request.read())
            subject = request[SUBJECT] = subject._replace(length=length)
        meeting = Meeting(service.faults, service.accounts, request, subject)
        reply = await meeting.before(known=_known(service, request))
        return reply if reply is not None else meeting.after(await _handled(request, handler))
    except web.HTTPRequestEntityTooLarge:
        return error_reply(413)


async def _handled(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        rulebook, subject = request.app[SERVICE].rulebook, request[SUBJECT]
        rulebook.check_browser(subject, request.headers.get("User-Agent", ""))
        rulebook.check_release(subject, request.headers.get("X-Client-Version"))
        return await handler(request)
    except ApiError as error:
        return error.reply()
    except web.HTTPRequestEntityTooLarge:
        return error_reply(413)
    except web.HTTPException as error:
        return error_reply(error.status)
    except ConnectionError:
        raise
    except Exception:
        _log.exception("%s %s failed", request.method, request.path)
        return error_reply(500)


def identify(service: Service, request: web.Request) -> Subject:
    """Who asks for what: everything that a fault's scope can be about, except the prompt's length."""
    traffic = classify(request.method, request.path)
    if traffic == "api":
        return api_subject(service, request)
    token = request.cookies.get(COOKIE)
    account = service.accounts.by_session(token) if token else None
    return Subject(
        traffic=traffic,
        request=request.headers.get("X-Request-Id"),
        account=account.name if account is not None else None,
        session=digest(token) if token else None,
        address=request.headers.get("X-Client-Address") or request.remote,
        conversation=_conversation_meant(service, request),
    )


def classify(method: str, path: str) -> str:
    """The traffic class of a request."""
    if path.startswith("/v1/"):
        return "api"
    if path in ("/status", "/api/status"):
        return "status"
    if path in ("/api/login", "/api/logout", "/api/password"):
        return "login"
    if path in ("/api/me", "/api/settings", "/api/plan"):
        return "me"
    if path == "/api/stream" or (path.startswith("/api/answers/") and path.endswith("/events")):
        return "stream"
    if path.startswith("/api/answers/"):
        return "answers"
    if path.startswith("/api/files/"):
        return "files"
    if path.startswith("/api/support/"):
        return "support"
    if path.startswith("/api/conversations"):
        return "messages" if method == "POST" and path.endswith("/messages") else "history"
    return "page"


def _conversation_meant(service: Service, request: web.Request) -> str | None:
    conversation = request.match_info.get("conversation")
    if conversation is None and (name := request.match_info.get("answer")) is not None:
        answer = service.chat.find(name)
        return answer.conversation if answer is not None else None
    return conversation


def _known(service: Service, request: web.Request) -> bool:
    conversation = request.match_info.get("conversation")
    key = request.headers.get("Idempotency-Key")
    return conversation is not None and key is not None and service.chat.sent(conversation, key) is not None


def engine(user_agent: str) -> str:
    """Which of "chromium", "firefox" and "other" sent the request."""
    if "Firefox/" in user_agent:
        return "firefox"
    return "chromium" if "Chrome/" in user_agent or "Chromium/" in user_agent else "other"


def _note(service: Service, request: web.Request, subject: Subject, status: int | None, seconds: float) -> None:
    seen = {
        "id": subject.request,
        "method": request.method,
        "path": request.path,
        "class": subject.traffic,
        "account": subject.account,
        "address": subject.address,
        "status": status,
        "seconds": round(seconds, 6),
        "user_agent_engine": engine(request.headers.get("User-Agent", "")),
    }
    service.record.note("request", seen)


# -- page, health, status -------------------------------------------------------------------------------


async def health(request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def index(request: web.Request) -> web.Response:
    return _page(request, "index.html")


async def page_file(request: web.Request) -> web.Response:
    return _page(request, request.match_info["path"])


async def unknown(request: web.Request) -> web.Response:
    if request[SUBJECT].traffic == "api":
        raise Refused(404, f"Unknown request URL: {request.method} {request.path[:200]}.", "unknown_url")
    raise ApiError(404, message=f"there is nothing at {request.path}")


async def not_allowed(request: web.Request) -> web.Response:
    raise ApiError(405)


async def status_page(request: web.Request) -> web.Response:
    lang = preferred_language(request.headers.get("Accept-Language", ""))
    status = request.app[SERVICE].board.status
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    return web.Response(text=status.to_html(lang), content_type="text/html", headers=headers)


async def status_json(request: web.Request) -> web.Response:
    return json_reply(request.app[SERVICE].board.status.to_json())


def _page(request: web.Request, path: str) -> web.Response:
    reply = request.app[SERVICE].releases.reply(path, request.headers.get("If-None-Match", ""))
    if reply is None:
        raise ApiError(404, message=f"there is nothing at {request.path}")
    return reply


# -- accounts -------------------------------------------------------------------------------------------


async def login(request: web.Request) -> web.Response:
    body = await read_body(request)
    name, password = body.string("account"), body.string("password")
    accounts = request.app[SERVICE].accounts
    token = accounts.login(name, password)
    if token is None:
        raise ApiError(401, "bad_credentials", "account and password don't belong together")
    account = accounts.get(name)
    reply = json_reply({"account": _account_json(account) if account is not None else None})
    reply.set_cookie(COOKIE, token, max_age=int(SESSION_LIFETIME), httponly=True, samesite="Lax", path="/")
    return reply


async def logout(request: web.Request) -> web.Response:
    request.app[SERVICE].accounts.end_session(request.cookies.get(COOKIE, ""))
    reply = web.Response(status=204)
    reply.del_cookie(COOKIE, path="/", httponly=True, samesite="Lax")
    return reply


async def password(request: web.Request) -> web.Response:
    account = account_of(request)
    body = await read_body(request)
    old, new = body.string("old"), body.string("new")
    if len(new) < 8:
        raise ApiError(400, "bad_password", "a password has at least 8 characters")
    accounts = request.app[SERVICE].accounts
    if not accounts.change_password(account, old, new):
        raise ApiError(403, "bad_credentials", "the old password is not right")
    accounts.end_sessions(account.name, "password", keep=request.cookies.get(COOKIE))
    return web.Response(status=204)


async def me(request: web.Request) -> web.Response:
    account = account_of(request)
    conversations = request.app[SERVICE].chat.conversations(account.name)
    listed = [{"id": c.id, "title": c.title} for c in conversations]
    return json_reply({"account": _account_json(account), "conversations": listed})


async def plan(request: web.Request) -> web.Response:
    account, body = account_of(request), await read_body(request)
    body.only("plan")
    wanted = body.string("plan")
    if wanted not in PLANS:
        raise ApiError(400, message=f"plan must be one of {', '.join(PLANS)}")
    changed = request.app[SERVICE].accounts.change_plan(account, wanted)
    return json_reply({"account": _account_json(changed)})


def _account_json(account: Account) -> dict[str, str]:
    return {"name": account.name, "plan": account.plan}


# -- conversations --------------------------------------------------------------------------------------


async def new_conversation(request: web.Request) -> web.Response:
    account = account_of(request)
    await read_body(request)
    conversation = request.app[SERVICE].chat.open_conversation(account.name)
    return json_reply({"id": conversation.id, "title": conversation.title}, 201)


async def history(request: web.Request) -> web.Response:
    return json_reply(_conversation(request).to_json())


async def send(request: web.Request) -> web.Response:
    conversation = _conversation(request)
    key = _idempotency_key(request)
    chat, rulebook = request.app[SERVICE].chat, request.app[SERVICE].rulebook
    rulebook.check_activity(request[SUBJECT], known=chat.sent(conversation.id, key) is not None)
    text = (await read_body(request)).string("text")
    if not text.strip():
        raise ApiError(400, "empty_text", "there is nothing to send")
    if len(text) > MAX_TEXT:
        raise ApiError(413, "text_too_long", f"a message may have at most {MAX_TEXT} characters")
    if chat.sent(conversation.id, key) is None:
        rulebook.check_sessions(request[SUBJECT])
        rulebook.check_answer(request[SUBJECT], text)
    accepted = chat.send(conversation, key, text)
    reply = {
        "message": accepted.message.to_json(),
        "answer": accepted.answer.to_json(),
        "duplicate": accepted.duplicate,
    }
    return json_reply(reply, 202)


def _conversation(request: web.Request) -> Conversation:
    account, name = account_of(request), request.match_info["conversation"]
    conversation = request.app[SERVICE].chat.conversation(account.name, name)
    if conversation is None:
        raise ApiError(404, message="there is no such conversation")
    return conversation


def _idempotency_key(request: web.Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= MAX_KEY:
        raise ApiError(400, "bad_key", f"Idempotency-Key must have 1 to {MAX_KEY} characters")
    return key


# -- answers --------------------------------------------------------------------------------------------


async def answer(request: web.Request) -> web.Response:
    return json_reply(_answer(request).to_json())


async def regenerate(request: web.Request) -> web.Response:
    old, key = _answer(request), _idempotency_key(request)
    chat, rulebook = request.app[SERVICE].chat, request.app[SERVICE].rulebook
    if not chat.regenerated(old, key):
        rulebook.check_answer(request[SUBJECT], old.prompt, instead_of=chat.present(old))
    fresh = chat.regenerate(old, key)
    if fresh is None:
        raise ApiError(404, message="there is no such answer in a conversation")
    return json_reply({"answer": fresh.to_json()}, 202)


async def stop(request: web.Request) -> web.Response:
    request.app[SERVICE].chat.stop(_answer(request))
    return web.Response(status=204)


async def events(request: web.Request) -> web.StreamResponse:
    found, after = _answer(request), whole_number(request, "after")
    resumed = request.headers.get("Last-Event-ID", "")
    if resumed.isascii() and resumed.isdigit() and len(resumed) < 16:
        after = max(after, int(resumed))
    return await serve_events(request.app[SERVICE].streams, request, request[SUBJECT], found, after)


async def stream(request: web.Request) -> web.StreamResponse:
    service, token = request.app[SERVICE], request.cookies.get(COOKIE, "")

    def live() -> str | None:
        account = service.accounts.by_session(token)
        return account.name if account is not None else None

    return await Socket(service.streams, service.chat, live).run(request, request[SUBJECT])


def _answer(request: web.Request) -> Answer:
    account, name = account_of(request), request.match_info["answer"]
    found = request.app[SERVICE].chat.answer(account.name, name)
    if found is None:
        raise ApiError(404, message="there is no such answer")
    return found


# The first match counts; the last lines catch what is nobody's.
_ROUTES = [
    web.get("/healthz", health),
    web.get("/", index),
    web.get("/c/{conversation}", index),
    web.get("/status", status_page),
    web.get("/api/status", status_json),
    web.post("/api/login", login),
    web.post("/api/logout", logout),
    web.post("/api/password", password),
    web.get("/api/me", me),
    web.post("/api/plan", plan),
    web.post("/api/conversations", new_conversation),
    web.get("/api/conversations/{conversation}", history),
    web.post("/api/conversations/{conversation}/messages", send),
    web.get("/api/answers/{answer}", answer),
    web.post("/api/answers/{answer}/regenerate", regenerate),
    web.post("/api/answers/{answer}/stop", stop),
    web.get("/api/answers/{answer}/events", events),
    web.get("/api/stream", stream),
    web.get("/api/settings", downloads.settings),
    web.put("/api/settings", downloads.change_settings),
    web.get("/api/files/{file}", downloads.download, allow_head=False),
    web.post("/api/support/tickets", support.new_ticket),
    web.get("/api/support/bot", support.bot),
    web.get("/v1/models", models),
    web.get("/v1/models/{model:.+}", model),
    web.post("/v1/chat/completions", completions),
    web.post("/v1/responses", responses),
    web.post("/v1/embeddings", embeddings),
    web.route("*", "/api/{path:.*}", unknown),
    web.route("*", "/v1/{path:.*}", unknown),
    web.get("/{path:.+}", page_file),
    web.route("*", "/{path:.*}", not_allowed),
]
