"""Accounts, their passwords, sessions and API keys, and how many messages an account may send.

Secrets are handed out once and kept only as digests, so that neither memory dumps, the state file nor the
record can give them away.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..faults.armed import RateLimit
from ..http.digest import digest
from .clock import Clock
from .journal import Fields, Journal
from .record import Record

FREE, PAID = "free", "paid"
PLANS = (FREE, PAID)
# The account of whoever watches the service from outside; only the operator can set its password.
MONITOR = "monitor"
# The account of an API key that was chosen by whoever runs the service.
API = "api"
SESSION_LIFETIME = 7 * 24 * 3600.0
_ROUNDS = 2_000
_TIMES_KEPT = 10_000
# Differences of floats can fall short by this much of a whole second.
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Account:
    """`password` and `api_key` are digests, in hex."""

    name: str
    plan: str
    salt: str
    password: str
    api_key: str


@dataclass(frozen=True, slots=True)
class Session:
    """`ends` is on the service's clock, in seconds."""

    account: str
    ends: float


@dataclass(frozen=True, slots=True)
class Credentials:
    """The secrets of a new account, in clear, for the one who asked for it."""

    password: str
    session: str
    api_key: str


class NameTaken(Exception):
    """There is an account of that name."""


class Accounts:
    """All accounts and live sessions."""

    def __init__(
        self, journal: Journal, clock: Clock, record: Record, monitor: str | None = None, api_key: str | None = None
    ) -> None:
        """`monitor` and `api_key` are the secrets of the built-in accounts, which aren't there without them."""
        self._journal, self._clock, self._record, self._monitor = journal, clock, record, monitor
        self._api_key = api_key
        self._accounts: dict[str, Account] = {}
        self._sessions: dict[str, Session] = {}
        self._seen_at: dict[str, str] = {}
        self._api_keys: dict[str, str] = {}
        self._accepted: dict[str, deque[float]] = {}
        self._new_passwords: set[str] = set()
        journal.on("account", self._apply_account)
        journal.on("password", self._apply_password)
        journal.on("plan", self._apply_plan)
        journal.on("session", self._apply_session)
        journal.on("session_ended", self._apply_session_ended)
        journal.on("session_seen", self._apply_session_seen)

    def create(self, name: str | None, plan: str, api_key: str | None = None) -> tuple[Account, Credentials]:
        """A new account with a session. NameTaken when there is one of that name. `api_key`: the key that it has."""
        name = name or self._free_name()
        if name in self._accounts:
            raise NameTaken(name)
        password = secrets.token_urlsafe(12)
        api_key = self._add(name, plan, password, api_key)
        return self._accounts[name], Credentials(password, self._open_session(name), api_key)

    def admit_built_in(self) -> None:
        """From now on there are the built-in accounts that there are to be."""
        if self._api_key is not None and self.by_api_key(self._api_key) is None:
            self._add(API, PAID, secrets.token_urlsafe(12), self._api_key)
        if self._monitor is not None:
            self._admit_monitor(self._monitor)

    def _admit_monitor(self, password: str) -> None:
        known = self._accounts.get(MONITOR)
        if known is None:
            self._add(MONITOR, FREE, password)
        elif not _matches(known, password):
            self._set_password(known, password)

    def get(self, name: str) -> Account | None:
        """The account of that name."""
        return self._accounts.get(name)

    def login(self, name: str, password: str) -> str | None:
        """A new session's token, or None when name and password don't belong together."""
        account = self._accounts.get(name)
        right = _matches(account or _NOBODY, password)
        if account is None or not right:
            return None
        if self._is_monitor(name):
            self.end_sessions(name, "replaced")  # it comes again and again, and would leave one each time
        token = self._open_session(name)
        self._record.add("login", account=name)
        return token

    def by_session(self, token: str) -> Account | None:
        """Whose session this is; None when it never was one or has ended."""
        key = digest(token)
        session = self._sessions.get(key)
        if session is None:
            return None
        if self._clock.now() >= session.ends:
            self._end(key, session, "lifetime")
            return None
        return self._accounts[session.account]

    def by_api_key(self, key: str) -> Account | None:
        """Whose API key this is."""
        name = self._api_keys.get(digest(key))
        return self._accounts.get(name) if name is not None else None

    def end_session(self, token: str) -> None:
        """Log out. A token without a session is no error."""
        session = self._sessions.get(digest(token))
        if session is not None:
            self._end(digest(token), session, "logout")

    def end_sessions(self, name: str, reason: str, keep: str | None = None) -> int:
        """End the account's sessions, all but the one whose token is `keep`; says how many ended."""
        kept = digest(keep) if keep is not None else None
        ended = [(k, s) for k, s in self._sessions.items() if s.account == name and k != kept]
        for key, session in ended:
            self._end(key, session, reason)
        return len(ended)

    def change_password(self, account: Account, old: str, new: str) -> bool:
        """Set a new password; False, and nothing changed, when `old` is not the present one."""
        if not _matches(account, old):
            return False
        self._set_password(account, new)
        return True

    def change_plan(self, account: Account, plan: str) -> Account:
        """The account with this plan, which is its own from now on."""
        if plan != account.plan:
            self._journal.commit("plan", {"name": account.name, "plan": plan})
            self._record.add("plan_changed", account=account.name, plan=plan)
        return self._accounts[account.name]

    def saw(self, session: str, address: str) -> None:
        """The live session of this digest was used from this address."""
        if session in self._sessions and self._seen_at.get(session) != address:
            self._journal.commit("session_seen", {"digest": session, "address": address})

    def is_live(self, session: str | None) -> bool:
        """Whether there is a session of this digest, and it has not ended."""
        found = self._sessions.get(session or "")
        return found is not None and self._clock.now() < found.ends

    def accounts_at(self, address: str | None) -> int:
        """How many people's accounts have a live session that was last seen at this address."""
        here = {account for account, seen_at in self._live() if seen_at == address}
        return sum(not self._is_monitor(account) for account in here)

    def addresses_of(self, name: str) -> int:
        """At how many addresses the account's live sessions were last seen."""
        return len({seen_at for account, seen_at in self._live() if account == name})

    def evidence(self, name: str) -> Fields:
        """What the control listener shows of an account: {name, plan, sessions: live ones, password_changed}."""
        account, now = self._accounts[name], self._clock.now()
        live = sum(session.account == name and now < session.ends for session in self._sessions.values())
        changed = name in self._new_passwords
        return {"name": account.name, "plan": account.plan, "sessions": live, "password_changed": changed}

    def note_accepted(self, name: str, at: float) -> None:
        """A message of the account was accepted at this time of the service's clock."""
        self._accepted.setdefault(name, deque(maxlen=_TIMES_KEPT)).append(at)

    def retry_after(self, name: str, limit: RateLimit) -> int | None:
        """Whole seconds until the account may send again under this limit; None when it may now."""
        return seconds_until_free(self._accepted.get(name, ()), limit, self._clock.now())

    def left(self, name: str, limit: RateLimit) -> tuple[int, float]:
        """How many messages the limit still lets the account send, and seconds until it is all of them."""
        now = self._clock.now()
        recent = [at for at in self._accepted.get(name, ()) if at > now - limit.per + _SLACK]
        return max(0, limit.messages - len(recent)), recent[-1] + limit.per - now if recent else 0.0

    def forget(self) -> None:
        """Drop all accounts."""
        for store in (self._accounts, self._sessions, self._seen_at, self._api_keys, self._accepted):
            store.clear()
        self._new_passwords.clear()

    def _live(self) -> Iterator[tuple[str, str]]:
        now = self._clock.now()
        for key, seen_at in self._seen_at.items():
            session = self._sessions[key]
            if now < session.ends:
                yield session.account, seen_at

    def _is_monitor(self, name: str) -> bool:
        return self._monitor is not None and name == MONITOR

    def _add(self, name: str, plan: str, password: str, api_key: str | None = None) -> str:
        """A new account; says its API key."""
        api_key, salt = api_key or f"sk-{secrets.token_urlsafe(24)}", secrets.token_hex(8)
        fields = {"name": name, "plan": plan, "salt": salt, "password": _hash(password, salt)}
        self._journal.commit("account", {**fields, "api_key": digest(api_key)})
        return api_key

    def _set_password(self, account: Account, new: str) -> None:
        salt = secrets.token_hex(8)
        self._journal.commit("password", {"name": account.name, "salt": salt, "password": _hash(new, salt)})

    def _free_name(self) -> str:
        while (name := f"person-{secrets.token_hex(4)}") in self._accounts:
            pass
        return name

    def _open_session(self, name: str) -> str:
        token = secrets.token_urlsafe(24)
        ends = self._clock.now() + SESSION_LIFETIME
        self._journal.commit("session", {"digest": digest(token), "account": name, "ends": ends})
        return token

    def _end(self, key: str, session: Session, reason: str) -> None:
        self._journal.commit("session_ended", {"digest": key})
        self._record.add("session_ended", account=session.account, reason=reason)

    def _apply_account(self, fields: Fields) -> None:
        account = Account(**fields)
        if (before := self._accounts.get(account.name)) is not None:
            self._api_keys.pop(before.api_key, None)
        self._accounts[account.name] = account
        self._api_keys[account.api_key] = account.name

    def _apply_password(self, fields: Fields) -> None:
        old = self._accounts[fields["name"]]
        self._accounts[old.name] = replace(old, salt=fields["salt"], password=fields["password"])
        self._new_passwords.add(old.name)

    def _apply_plan(self, fields: Fields) -> None:
        old = self._accounts[fields["name"]]
        self._accounts[old.name] = replace(old, plan=fields["plan"])

    def _apply_session(self, fields: Fields) -> None:
        self._sessions[fields["digest"]] = Session(fields["account"], fields["ends"])

    def _apply_session_ended(self, fields: Fields) -> None:
        self._sessions.pop(fields["digest"], None)
        self._seen_at.pop(fields["digest"], None)

    def _apply_session_seen(self, fields: Fields) -> None:
        self._seen_at[fields["digest"]] = fields["address"]


def seconds_until_free(accepted: Iterable[float], limit: RateLimit, now: float) -> int | None:
    """Whole seconds until one more message fits into the window; None when it fits now."""
    recent = [at for at in accepted if at > now - limit.per + _SLACK]
    if len(recent) < limit.messages:
        return None
    return max(1, math.ceil(recent[-limit.messages] + limit.per - now - _SLACK))


def _hash(password: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), bytes.fromhex(salt), _ROUNDS).hex()


def _matches(account: Account, password: str) -> bool:
    return hmac.compare_digest(_hash(password, account.salt), account.password)


# Someone who doesn't exist is checked as slowly as someone who does.
_NOBODY = Account("", "", "00" * 8, "", "")
