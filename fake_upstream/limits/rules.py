"""The service's own rules: what it refuses because of who asks, from where, how often and how much."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from ..chat.accounts import PAID, Accounts
from ..chat.conversation import GENERATING, Answer
from ..chat.generation import Chat
from ..chat.journal import Fields, Journal
from ..chat.record import Record
from ..chat.streams import Streams
from ..faults.armed import RateLimit, Subject
from ..http.wire import ApiError, Body

# What those who have too much open are told to wait, in seconds.
LEAVE = 60

# Those whose browser or page is too old can still find out what is wrong, and ask for help.
_FOR_ALL_CLIENTS = ("page", "status", "support", "api")
_BROWSER = re.compile(r"(?:Chrome|Chromium|Firefox)/(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is allowed; None: anything.

    `accounts_per_address`: accounts with live sessions last seen at one address; above it, that address may not send.
    `addresses_per_account`: addresses where an account's live sessions were last seen; above it, it may not send.
    `burst`: messages of one account accepted within some seconds. `longest_prompt`: in characters.
    `sessions_per_account`: WebSockets of an account's live sessions open at once; above it, the account may not send.
    `concurrent_answers`: how many may be generated at once; a paid account may use `reserved` places more.
    `oldest_browser`: the least major version of Chromium and Firefox whose calls are served. `oldest_release`: the
    least release of the page whose calls are understood.
    """

    accounts_per_address: int | None = None
    addresses_per_account: int | None = None
    burst: RateLimit | None = None
    sessions_per_account: int | None = None
    longest_prompt: int | None = None
    concurrent_answers: int | None = None
    reserved: int | None = None
    oldest_browser: int | None = None
    oldest_release: int | None = None

    def to_json(self) -> Fields:
        """Every rule by its name, a burst as {requests, per}; null when it is off."""
        burst = self.burst and {"requests": self.burst.messages, "per": self.burst.per}
        return {**{field.name: getattr(self, field.name) for field in fields(self)}, "burst": burst}


def parse_rules(body: Body, before: Rules) -> Rules:
    """The rules in `body` (null: off) instead of those of `before`. ApiError 400 says what is wrong."""
    body.only(*before.to_json())
    members = {**before.to_json(), **body.members}
    numbers = Body({name: value for name, value in members.items() if name != "burst"})
    return Rules(**{name: numbers.optional_int(name, 0) for name in numbers.members}, burst=_burst(members["burst"]))


def _burst(value: object) -> RateLimit | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ApiError(400, message="burst must be {requests, per} or null")
    body = Body(value)
    body.only("requests", "per")
    requests, per = body.optional_int("requests", 1), body.optional_seconds("per")
    if not requests or not per:
        raise ApiError(400, message="requests and per must be there and above zero")
    return RateLimit(requests, per)


class Rulebook:
    """The present rules. Each check returns when they allow it, and else raises the ApiError to reply with.

    A refusal is an event `rule_hit {rule, account, request}`.
    """

    def __init__(self, journal: Journal, record: Record, accounts: Accounts, chat: Chat, streams: Streams) -> None:
        self._journal, self._record = journal, record
        self._accounts, self._chat, self._streams = accounts, chat, streams
        self.rules = Rules()
        journal.on("rules", self._apply)

    def set(self, rules: Rules) -> None:
        """These count from the next request on."""
        self._journal.commit("rules", rules.to_json())

    def forget(self) -> None:
        """Everything is allowed."""
        self.rules = Rules()

    def check_browser(self, subject: Subject, user_agent: str) -> None:
        """426 for a browser that is too old by its User-Agent. One of another make is served."""
        oldest, found = self.rules.oldest_browser, _BROWSER.search(user_agent)
        if oldest is None or found is None or subject.traffic in _FOR_ALL_CLIENTS:
            return
        if int(found[1]) < oldest:
            says = f"this browser is no longer supported: version {oldest} is the oldest"
            raise self._hit("oldest_browser", subject, 426, "client_outdated", says)

    def check_release(self, subject: Subject, release: str | None) -> None:
        """500 for a page of a release whose calls are no longer understood, as a service has it that doesn't expect
        them. A call that doesn't tell is served: no WebSocket can tell it."""
        oldest = self.rules.oldest_release
        if oldest is None or release is None or subject.traffic in _FOR_ALL_CLIENTS:
            return
        if not (release.isascii() and release.isdigit() and len(release) < 16 and int(release) >= oldest):
            raise self._hit("oldest_release", subject, 500, "internal_error", "the request could not be handled")

    def check_activity(self, subject: Subject, *, known: bool) -> None:
        """403 while a message looks like abuse. `known`: it was accepted earlier, and no burst counts it again."""
        account, rules = subject.account or "", self.rules
        at_most = rules.addresses_per_account
        if at_most is not None and self._accounts.addresses_of(account) > at_most:
            raise self._hit(
                "addresses_per_account", subject, 403, "suspicious_activity", "the account is in use elsewhere"
            )
        at_most = rules.accounts_per_address
        if at_most is not None and self._accounts.accounts_at(subject.address) > at_most:
            raise self._hit(
                "accounts_per_address", subject, 403, "unusual_activity", "too many accounts share an address"
            )
        if rules.burst and not known and self._accounts.retry_after(account, rules.burst) is not None:
            raise self._hit("burst", subject, 403, "unusual_activity", "messages come faster than a person writes")

    def check_sessions(self, subject: Subject) -> None:
        """429 for everyone of an account while it has too many WebSockets open, until some of them are closed."""
        at_most = self.rules.sessions_per_account
        if at_most is None:
            return
        live = [s for s in self._streams.sessions(subject.account or "") if self._accounts.is_live(s)]
        if len(live) > at_most:
            refusal = self._hit("sessions_per_account", subject, 429, "too_many_sessions", "the chat is open too often")
            refusal.retry_after = LEAVE
            raise refusal

    def check_answer(self, subject: Subject, prompt: str, instead_of: Answer | None = None) -> None:
        """Whether an answer may be generated: 422 for a prompt too long, 503 while all places are taken.

        `instead_of` is an answer that would be stopped for it.
        """
        self._check_prompt(subject, prompt)
        places = self.rules.concurrent_answers
        if places is None:
            return
        account = self._accounts.get(subject.account or "")
        if account is not None and account.plan == PAID:
            places += self.rules.reserved or 0
        freed = instead_of is not None and instead_of.state == GENERATING
        if self._chat.generating - freed >= places:
            raise self._hit("concurrent_answers", subject, 503, "generation_failed", "overloaded: all places are taken")

    def _check_prompt(self, subject: Subject, prompt: str) -> None:
        longest = self.rules.longest_prompt
        if longest is not None and len(prompt) > longest:
            says = f"the prompt has {len(prompt)} characters; no answer is made to more than {longest}"
            raise self._hit("longest_prompt", subject, 422, "generation_failed", says)

    def _hit(self, rule: str, subject: Subject, status: int, code: str, message: str) -> ApiError:
        self._record.add("rule_hit", rule=rule, account=subject.account, request=subject.request)
        return ApiError(status, code, message)

    def _apply(self, fields: Fields) -> None:
        self.rules = parse_rules(Body(fields), Rules())
