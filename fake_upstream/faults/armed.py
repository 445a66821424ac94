"""The faults that the service itself makes: what they do, whom they meet, and how often they did."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from ..http.digest import digest
from ..http.wire import ApiError, Body
from .streaming import SSE_ACTS, STREAM_ACTS, SseAct, StreamAct

CLASSES = ("page", "login", "me", "history", "messages", "stream", "answers", "files", "support", "status", "api")
# What isn't asked for by a request of its own: an answer about to get its next piece.
GENERATION = "generation"
# A file tells its true size unless it is too large to be sent; nothing larger than this is really made.
MADE_UP_TO = 16 << 20


class Subject(NamedTuple):
    """What a fault may meet: a request, a stream about to send, or an answer in the making. `length`: the prompt's,
    in characters."""

    traffic: str
    request: str | None
    account: str | None = None
    session: str | None = None
    address: str | None = None
    conversation: str | None = None
    length: int | None = None


class Witness(Protocol):
    """Who is told what happened to a fault."""

    def add(self, kind: str, **fields: Any) -> None:
        """Note one event."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a fault meets: every property that is set must match. `session` is a token's digest."""

    account: str | None = None
    session: str | None = None
    address: str | None = None
    conversation: str | None = None
    longer_than: int | None = None

    def matches(self, subject: Subject) -> bool:
        """Whether the subject is meant."""
        same = (
            (self.account, subject.account),
            (self.session, subject.session),
            (self.address, subject.address),
            (self.conversation, subject.conversation),
        )
        if any(wanted is not None and wanted != found for wanted, found in same):
            return False
        return self.longer_than is None or (subject.length is not None and subject.length > self.longer_than)


@dataclass(frozen=True, slots=True)
class Status:
    """Answer with this status; `body` is text or JSON, `retry_after` a header's value."""

    status: int
    body: Any = None
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Garbage:
    """Write bytes that are no HTTP reply, then close."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Wait so many real seconds before handling."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hang:
    """Never answer; the connection is closed when the fault is lifted."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Close without a reply."""


@dataclass(frozen=True, slots=True)
class Truncate:
    """Handle the request, send headers and half the body, then close."""


@dataclass(frozen=True, slots=True)
class LoseReply:
    """Handle the request, then close without the reply."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `messages` accepted within any `per` seconds."""

    messages: int
    per: float


@dataclass(frozen=True, slots=True)
class TooMany:
    """Refuse with 429 while the account has used up the limit; `says` is how Retry-After says how long."""

    limit: RateLimit
    says: str = "seconds"


@dataclass(frozen=True, slots=True)
class Lock:
    """Refuse the account's messages with 403 until it is lifted, or until support has looked at the account."""


@dataclass(frozen=True, slots=True)
class FileIncomplete:
    """Leave the files incomplete that are made meanwhile."""


@dataclass(frozen=True, slots=True)
class FileSize:
    """Make the files meanwhile this large, in bytes."""

    size: int


@dataclass(frozen=True, slots=True)
class FailGeneration:
    """End the answers that are being made as failed, once they have a piece; their streams tell `code`."""

    code: str


RequestAct = Status | Garbage | Delay | Hang | Drop | Truncate | LoseReply | TooMany | Lock
FileAct = FileIncomplete | FileSize
Act = RequestAct | StreamAct | SseAct | FileAct | FailGeneration


@dataclass(eq=False, slots=True)
class Fault:
    """An armed fault. `requests` is after how many hits it ends by itself; `over` is set when it is lifted, which is
    what those wait for whom it holds."""

    id: str
    do: str
    act: Act
    on: frozenset[str]
    scope: Scope
    requests: int | None
    told: Mapping[str, Any]
    hits: int = field(default=0)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def to_json(self) -> dict[str, Any]:
        """As it was armed, with its hits; a session is not told again."""
        told = {**self.told, "session": "(hidden)"} if self.scope.session else self.told
        return {"id": self.id, **told, "hits": self.hits}


class Faults:
    """What is armed, in the order of arming."""

    def __init__(self, record: Witness) -> None:
        self._record = record
        self._armed: dict[str, Fault] = {}
        # By id the fault that was armed last, also when it has met all whom it was to meet: it may hold them still.
        self._latest: dict[str, Fault] = {}

    def arm(self, fault: Fault) -> None:
        """Arm it, in the place of an earlier one with the same id."""
        self._armed.pop(fault.id, None)
        self._release(fault.id)
        self._armed[fault.id] = self._latest[fault.id] = fault
        self._record.add("fault_armed", fault=fault.id, request=None)

    def lift(self, fault_id: str) -> int:
        """End it, and let go whom it holds; says how often it was hit since it was armed. One that isn't there is no
        error."""
        if self._armed.pop(fault_id, None) is not None:
            self._record.add("fault_lifted", fault=fault_id, request=None)
        return self._release(fault_id)

    def unlock(self, account: str) -> int:
        """Lift the account's locks; says how many there were."""
        locks = [f for f in self._armed.values() if isinstance(f.act, Lock) and f.scope.account == account]
        for fault in locks:
            self.lift(fault.id)
        return len(locks)

    def hit(self, fault: Fault, subject: Subject) -> None:
        """Note that the fault met this subject; it may have been the last time."""
        fault.hits += 1
        self._record.add("fault_hit", fault=fault.id, request=subject.request)
        if fault.requests is not None and fault.hits >= fault.requests and self.is_armed(fault):
            del self._armed[fault.id]
            self._record.add("fault_lifted", fault=fault.id, request=subject.request)

    def is_armed(self, fault: Fault) -> bool:
        """Whether this very fault is still there."""
        return self._armed.get(fault.id) is fault

    @property
    def some(self) -> bool:
        """Whether any is armed."""
        return bool(self._armed)

    def matching(self, subject: Subject) -> list[Fault]:
        """The faults that mean this subject."""
        if not self._armed:
            return []
        return [f for f in self._armed.values() if subject.traffic in f.on and f.scope.matches(subject)]

    def weigh_length(self, traffic: str) -> bool:
        """Whether any fault needs to know how long prompts of this class are."""
        return self.some and any(f.scope.longer_than is not None and traffic in f.on for f in self._armed.values())

    def armed(self) -> list[Fault]:
        """All of them."""
        return list(self._armed.values())

    def forget(self) -> None:
        """None is armed, none ever was."""
        for fault_id in self._latest:
            self._release(fault_id)
        self._armed.clear()
        self._latest.clear()

    def _release(self, fault_id: str) -> int:
        latest = self._latest.get(fault_id)
        if latest is None:
            return 0
        latest.over.set()
        return latest.hits


def parse_fault(fault_id: str, body: Body) -> Fault:
    """A fault from what the control listener was sent. ApiError 400 says what is wrong."""
    do = body.string("do")
    if do not in _ACTS:
        raise ApiError(400, message=f"do must be one of {', '.join(_ACTS)}")
    build, names, usual = _ACTS[do]
    body.only("do", "on", *SCOPE, "requests", *names)
    session = body.optional_string("session")
    scope = Scope(
        account=body.optional_string("account"),
        session=digest(session) if session is not None else None,
        address=body.optional_string("address"),
        conversation=body.optional_string("conversation"),
        longer_than=body.optional_int("longer_than", 0),
    )
    requests, on = body.optional_int("requests", 1), _traffic(body, usual)
    if on == {"api"} and (nobodys := next((name for name in OF_PAGES if name in body.members), "")):
        raise ApiError(400, message=f"{nobodys}: a request with an API key has none, so that this fault met nobody")
    return Fault(fault_id, do, build(body), on, scope, requests, dict(body.members))


def _traffic(body: Body, usual: tuple[str, ...]) -> frozenset[str]:
    on = body.members.get("on")
    if on is None:
        return frozenset(usual)
    if not isinstance(on, list) or not on or any(name not in usual for name in on):
        raise ApiError(400, message=f"on must be a list with any of {', '.join(usual)}")
    return frozenset(on)


def _status(body: Body) -> Status:
    status = body.optional_int("status", 200, 599)
    if status is None:
        raise ApiError(400, message="status is missing")
    if status < 400 and "body" not in body.members:
        raise ApiError(400, message=f"body is missing: a reply with {status} is a fault by what it says")
    retry_after = body.members.get("retry_after")
    if isinstance(retry_after, bool) or not isinstance(retry_after, int | str | None):
        raise ApiError(400, message="retry_after must be seconds or an HTTP date")
    text = None if retry_after is None else str(retry_after)
    if text is not None and not (text.isascii() and text.isprintable()):
        raise ApiError(400, message="retry_after must be seconds or an HTTP date")
    return Status(status, body.members.get("body"), text)


def _delay(body: Body) -> Delay:
    return Delay(_seconds(body, "seconds"))


def _rate_limit(body: Body) -> TooMany:
    messages = body.optional_int("messages", 1)
    per = _seconds(body, "per")
    if messages is None or per == 0:
        raise ApiError(400, message="messages and per must be there and above zero")
    says = body.members.get("retry_after", "seconds")
    if says not in ("seconds", "date", "none"):
        raise ApiError(400, message="retry_after must be seconds, date or none")
    return TooMany(RateLimit(messages, per), says)


def _lock(body: Body) -> Lock:
    body.string("account")
    return Lock()


def _file_size(body: Body) -> FileSize:
    size = body.optional_int("size", 0)
    if size is None:
        raise ApiError(400, message="size is missing")
    if MADE_UP_TO < size <= 512 << 20:
        raise ApiError(400, message=f"size must be up to {MADE_UP_TO}, or over the 512 MiB that are ever sent")
    return FileSize(size)


def _fail_generation(body: Body) -> FailGeneration:
    return FailGeneration(body.optional_string("code") or "internal_error")


def _seconds(body: Body, name: str) -> float:
    seconds = body.optional_seconds(name)
    if seconds is None:
        raise ApiError(400, message=f"{name} is missing")
    return seconds


SCOPE = ("account", "session", "address", "conversation", "longer_than")
OF_PAGES = ("session", "conversation")
"""What only requests of the chat's own page belong to."""
_WITH_A_BODY = tuple(name for name in CLASSES if name != "stream")
# What somebody else's door says in the place of the API's, with the status of a success.
SIGN_IN = "<!doctype html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to go on</h1></body></html>\n"
# What to build, its parameters, and the classes that it can act on: all of them when `on` is absent.
_ACTS: dict[str, tuple[Callable[[Body], Act], tuple[str, ...], tuple[str, ...]]] = {
    "status": (_status, ("status", "body", "retry_after"), CLASSES),
    "garbage": (lambda _: Garbage(), (), CLASSES),
    "delay": (_delay, ("seconds",), CLASSES),
    "hang": (lambda _: Hang(), (), CLASSES),
    "drop": (lambda _: Drop(), (), CLASSES),
    "truncate": (lambda _: Truncate(), (), _WITH_A_BODY),
    "lose_reply": (lambda _: LoseReply(), (), _WITH_A_BODY),
    "rate_limit": (_rate_limit, ("messages", "per", "retry_after"), ("messages", "api")),
    "lock": (_lock, (), ("messages", "api")),
    "empty": (lambda _: Status(200, ""), (), ("api",)),
    "html": (lambda _: Status(200, SIGN_IN), (), ("api",)),
    "file_incomplete": (lambda _: FileIncomplete(), (), ("files",)),
    "file_size": (_file_size, ("size",), ("files",)),
    **{do: (build, names, ("stream", "api")) for do, (build, names) in STREAM_ACTS.items()},
    **{do: (build, names, ("api",)) for do, (build, names) in SSE_ACTS.items()},
    "fail_generation": (_fail_generation, ("code",), (GENERATION,)),
}
