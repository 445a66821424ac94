"""A conversation with the service as anyone outside has it: from opening the page to the last piece of an answer."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from ..chat.journal import Fields
from ..http.outgoing import Refused

# How long a whole conversation may take, in seconds.
PATIENCE = 2.0
_TEXT = "Is anyone there?"
_CLOSING = aiohttp.ClientWSTimeout(ws_close=0.2)
_SEPARATORS = {"en": "{} ({})", "ja": "{}（{}）"}
_UNREACHABLE = {"en": "The service can't be reached", "ja": "サービスに接続できません"}
_SLOW = {"en": "The service does not answer in time", "ja": "サービスが時間内に応答しません"}
_ANSWERS = {"en": "The service answers with {}", "ja": "サービスがエラー {} を返しています"}
_BROKEN = {"en": "The service does not answer as it should", "ja": "サービスが正しく応答しません"}
_STEPS = {
    "page": {"en": "opening the page", "ja": "ページの表示"},
    "login": {"en": "logging in", "ja": "ログイン"},
    "me": {"en": "loading the account", "ja": "アカウントの読み込み"},
    "conversation": {"en": "opening a conversation", "ja": "会話の開始"},
    "message": {"en": "sending a message", "ja": "メッセージの送信"},
    "answer": {"en": "receiving an answer", "ja": "回答の受信"},
}


@dataclass(frozen=True, slots=True)
class Check:
    """One step of the conversation, and how it went."""

    name: str
    ok: bool
    detail: str

    def to_json(self) -> Fields:
        """{name, ok, detail}"""
        return {"name": self.name, "ok": self.ok, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Finding:
    """The steps up to the first that failed, and the incident's title in each language, None when there is none."""

    checks: tuple[Check, ...]
    incident: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Monitor:
    """Whom the service knows the asking one as."""

    name: str
    password: str


class Trouble(Exception):
    """A step failed; `title` says it in each language, None when it is no incident. `status` is what was replied."""

    def __init__(self, detail: str, title: dict[str, str] | None, status: int | None = None) -> None:
        super().__init__(detail)
        self.detail, self.title, self.status = detail, title, status


async def converse(base: str, monitor: Monitor, http: aiohttp.ClientSession) -> Finding:
    """Have a conversation with the service at `base`, up to the first step that fails."""
    talk, checks, name = _Talk(base, monitor, http), [], ""
    try:
        async with asyncio.timeout(PATIENCE):
            for name, step in talk.steps:
                checks.append(Check(name, True, await step()))
        return Finding(tuple(checks))
    except Trouble as failed:
        trouble = failed
    except TimeoutError:
        trouble = Trouble(f"nothing more after {PATIENCE:g} s", _SLOW)
    except (aiohttp.ClientError, OSError) as error:
        trouble = Trouble(f"the connection failed: {type(error).__name__}", _UNREACHABLE)
    checks.append(Check(name, False, trouble.detail))
    return Finding(tuple(checks), _at(name, trouble.title) if trouble.title is not None else None)


class _Talk:
    """One conversation, in steps that each say what came of them."""

    def __init__(self, base: str, monitor: Monitor, http: aiohttp.ClientSession) -> None:
        self._base, self._monitor, self._http = base, monitor, http
        self._headers = {"User-Agent": "monitor/1"}
        self._conversation = self._answer = ""

    @property
    def steps(self) -> tuple[tuple[str, Callable[[], Awaitable[str]]], ...]:
        """The steps by their names, in order."""
        return (
            ("page", self._page), ("login", self._login), ("me", self._me), ("conversation", self._open),
            ("message", self._send), ("answer", self._follow),
        )  # fmt: skip

    async def _page(self) -> str:
        await self._ask("GET", "/")
        return "it came"

    async def _login(self) -> str:
        secret = {"account": self._monitor.name, "password": self._monitor.password}
        try:
            reply, _ = await self._ask("POST", "/api/login", secret)
        except Trouble as trouble:
            if trouble.status == 401:
                raise Trouble("the service does not know the monitor's account and password", None) from trouble
            raise
        session = reply.cookies.get("session")
        if session is None:
            raise Trouble("there is no session in the reply", _BROKEN)
        self._headers["Cookie"] = f"session={session.value}"
        return f"as {self._monitor.name}"

    async def _me(self) -> str:
        conversations = await self._json(lambda me: me["conversations"], "GET", "/api/me")
        self._conversation = conversations[0]["id"] if conversations else ""
        return f"{len(conversations)} conversations"

    async def _open(self) -> str:
        if self._conversation:
            return "it is still there"
        self._conversation = await self._json(lambda made: made["id"], "POST", "/api/conversations", {})
        return "a new one"

    async def _send(self) -> str:
        path, key = f"/api/conversations/{self._conversation}/messages", secrets.token_hex(8)
        taken = await self._json(lambda sent: sent["answer"]["id"], "POST", path, {"text": _TEXT}, key)
        self._answer = taken
        return "it was taken"

    async def _follow(self) -> str:
        url = f"{self._base}/api/stream"
        try:
            async with self._http.ws_connect(url, headers=self._headers, timeout=_CLOSING) as stream:
                await stream.send_str(json.dumps({"type": "subscribe", "answer": self._answer, "after": 0}))
                return await self._hear(stream)
        except Refused as refused:
            raise _refusal(refused.status) from refused

    async def _hear(self, stream: aiohttp.ClientWebSocketResponse) -> str:
        async for frame in stream:
            event = _members(frame.data)
            match event.get("type"):
                case "done":
                    return f"{event.get('pieces')} pieces"
                case "error":
                    raise Trouble(f"it failed: {event.get('code')}", _BROKEN)
        cut = stream.close_code in (None, aiohttp.WSCloseCode.ABNORMAL_CLOSURE)
        raise Trouble(f"the stream ended with code {stream.close_code}", _UNREACHABLE if cut else _BROKEN)

    async def _json(self, wanted: Callable[[Any], Any], method: str, path: str, *sent: Any) -> Any:
        _, body = await self._ask(method, path, *sent)
        try:
            return wanted(json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            raise Trouble("the reply is not what it should be", _BROKEN) from error

    async def _ask(
        self, method: str, path: str, body: Fields | None = None, key: str | None = None
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        url = self._base + path
        async with self._http.request(method, url, headers=headers, json=body, allow_redirects=False) as reply:
            content = await reply.read()
        if not 200 <= reply.status < 300:
            raise _refusal(reply.status)
        return reply, content


def _refusal(status: int) -> Trouble:
    """Whoever asks is nobody in particular, so what is refused to them is refused to everybody."""
    title = {lang: said.format(status) for lang, said in _ANSWERS.items()}
    return Trouble(f"it answers with {status}", title, status)


def _members(text: Any) -> Fields:
    try:
        data = json.loads(text)
    except (ValueError, TypeError):
        data = None
    return data if isinstance(data, dict) else {}


def _at(step: str, title: dict[str, str]) -> dict[str, str]:
    return {lang: _SEPARATORS[lang].format(said, _STEPS[step][lang]) for lang, said in title.items()}
