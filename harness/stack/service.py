"""The service: fake_upstream as a process of its own, driven over HTTP by its control interface only."""

from __future__ import annotations

import contextlib
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from harness.stack.process import Process
from harness.stack.recorder import Recorder
from harness.values.errors import EnvironmentFault

PROBE, PROBING = "Is anybody there?", 2.0
"""What the harness asks itself to know whether the road is whole, and how many real seconds it waits."""
PIECE_INTERVAL = 0.001
"""Real seconds between two pieces of an answer: a whole answer takes about a thirtieth of a second."""


@dataclass(frozen=True)
class Account:
    """One person's account at the service, with a session that is logged in and an empty conversation."""

    name: str
    password: str
    session: str
    conversation: str
    api_key: str


class Service:
    """The service's process and its control interface."""

    def __init__(
        self,
        port: int,
        control: int,
        folder: Path,
        page: str,
        recorder: Recorder,
        http: aiohttp.ClientSession,
        name: str = "service",
    ) -> None:
        """`name`: by which its process and its files are known."""
        self.port, self._control, self._folder, self._page = port, control, folder, page
        self._recorder, self._http, self._name = recorder, http, name
        self._token = secrets.token_hex(16)
        self._last = 0
        self._interval: float | None = None
        self._now = 0.0
        self._known: dict[str, Account] = {}
        self._env: dict[str, str] = {}
        self.monitor_password = secrets.token_hex(16)
        recorder.secrets.add(self._token, self.monitor_password, lasting=True)
        self.process = Process("fake_upstream" if name == "service" else name, folder / f"{name}.log")

    async def start(self, env: Mapping[str, str]) -> None:
        self._env = {**env, "FAKE_UPSTREAM_TOKEN": self._token, "FAKE_UPSTREAM_MONITOR": self.monitor_password}
        await self._launch()

    async def _launch(self) -> None:
        ports = ("--port", str(self.port), "--control-port", str(self._control))
        pace = ("--hold-clock", "--piece-interval", str(PIECE_INTERVAL))
        state = ("--state", str(self._folder / f"{self._name}.state"))
        page = ("--page", self._page) if self._page else ()
        models = ("--model", "*")  # a client asks for the one that it was written for
        command = (sys.executable, "-m", "fake_upstream", *ports, *pace, *models, *state, *page)
        await self.process.start(command, self._env)
        await self.process.until(self._ready)

    async def _ready(self) -> bool:
        try:
            async with self._http.get(f"http://127.0.0.1:{self.port}/healthz") as reply:
                healthy = reply.status == 200
            await self._call("GET", "/control/faults")
        except (aiohttp.ClientError, TimeoutError, EnvironmentFault):
            return False
        return healthy

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        url = f"http://127.0.0.1:{self._control}{path}"
        headers = {"Authorization": f"Bearer {self._token}"}
        limit = aiohttp.ClientTimeout(total=10)
        try:
            async with self._http.request(method, url, json=body, headers=headers, timeout=limit) as reply:
                if reply.status >= 400:
                    said = (await reply.text())[:200]
                    raise EnvironmentFault(f"the service refused {method} {path}: {reply.status} {said}")
                return await reply.json()
        except TimeoutError:
            raise EnvironmentFault(f"the service's control interface did not answer {method} {path}") from None

    async def new_person(self, plan: str, api_key: str = "") -> Account:
        """A new account; whatever the service knew of people before is forgotten. `api_key`: the key that it has."""
        await self._call("POST", "/control/reset", {})
        self._known = {}
        self._interval = None
        return await self.somebody(plan, api_key)

    def known(self, name: str) -> Account:
        """The account of that name, which was made here."""
        return self._known[name]

    def changed(self, account: Account) -> None:
        """The account has another password now."""
        self._recorder.secrets.add(account.password)
        self._known[account.name] = account

    async def somebody(self, plan: str = "free", api_key: str = "") -> Account:
        """One more account."""
        raw = await self._call("POST", "/control/people", {"plan": plan, **({"api_key": api_key} if api_key else {})})
        made = Account(raw["account"], raw["password"], raw["session"], raw["conversation"], raw["api_key"])
        self._known[made.name] = made
        self._recorder.secrets.add(made.password, made.session, made.api_key)
        return made

    async def another_conversation(self, account: str) -> str:
        """One more conversation of an account, as its owner could begin one; returns its id."""
        cookie = {"Cookie": f"session={self.known(account).session}"}
        url = f"http://127.0.0.1:{self.port}/api/conversations"
        async with self._http.post(url, json={}, headers=cookie) as reply:
            if reply.status >= 400:
                raise EnvironmentFault(f"the service refused a conversation: {reply.status}")
            return str((await reply.json())["id"])

    async def advance(self, seconds: float) -> None:
        """Move the service's clock on, and note what it says that its time is now, and was before."""
        if self.process.running:
            before, said = self._now, await self._call("POST", "/control/clock", {"advance": seconds})
            self._now = float(said["now"])
            self._recorder.note("service", "clock", None, before=round(before, 3), now=round(self._now, 3))

    async def hold(self, account: str, pieces: int) -> None:
        """Let answers to this account pause after so many pieces, until `release`."""
        await self._call("POST", "/control/pace", {"account": account, "hold_after": pieces, **self._slow})

    async def slow_down(self, account: str, interval: float) -> None:
        """Let so many real seconds pass between two pieces of an answer to this account."""
        self._interval = interval
        await self._call("POST", "/control/pace", {"account": account, **self._slow})

    @property
    def _slow(self) -> dict[str, float]:
        return {} if self._interval is None else {"interval": self._interval}

    async def release(self, account: str) -> None:
        if self.process.running:
            await self._call("POST", "/control/release", {"account": account})

    async def answers(self, account: str) -> list[dict[str, Any]]:
        """What the service has answered to an account.

        `{id, conversation, prompt, text, pieces, last, state, key}` each, of which `last` is the last of the pieces.
        """
        found: list[dict[str, Any]] = (await self._call("GET", f"/control/answers?account={account}"))["answers"]
        return found

    async def account(self, name: str) -> dict[str, Any]:
        """What the service knows of an account: `{name, plan, sessions, password_changed}`."""
        found: dict[str, Any] = await self._call("GET", f"/control/people?account={name}")
        return found

    async def arm(self, fault: str, rule: Mapping[str, Any]) -> None:
        await self._call("PUT", f"/control/faults/{fault}", dict(rule))

    async def lift(self, fault: str) -> None:
        if self.process.running:
            await self._call("DELETE", f"/control/faults/{fault}")

    async def set_rules(self, rules: Mapping[str, Any]) -> None:
        if self.process.running:
            await self._call("PUT", "/control/rules", dict(rules))

    async def end_sessions(self, account: str) -> None:
        await self._call("POST", "/control/sessions/expire", {"account": account})

    async def switch_files(self, account: str, on: bool) -> None:
        """Switch the tool that makes files on or off, as the account's owner could."""
        cookie = {"Cookie": f"session={self.known(account).session}"}
        url = f"http://127.0.0.1:{self.port}/api/settings"
        async with self._http.put(url, json={"files": on}, headers=cookie) as reply:
            if reply.status != 200:
                raise EnvironmentFault(f"the service refused the setting: {reply.status}")

    async def serve_release(self, which: str) -> None:
        """Serve the `previous` release of the page, or the `current` one."""
        if self.process.running:
            await self._call("PUT", "/control/release", {"release": which})

    async def staff(self) -> list[str]:
        """The service's staff looks at every ticket that came in; returns all that is written in each."""
        tickets = (await self._call("GET", "/control/tickets"))["tickets"]
        for ticket in tickets:
            await self._call("POST", f"/control/tickets/{ticket['id']}/handle", {})
        return ["\n".join([ticket["text"], ticket["error"] or "", *ticket["tried"]]).strip() for ticket in tickets]

    async def probe(self, api: str, page: str, key: str) -> dict[str, Any]:
        """A question of the harness's own at that address: `{page, status, whole}`; a status of 0: no reply."""
        asked = {"model": "fake-1", "messages": [{"role": "user", "content": PROBE}]}
        headers, limit = {"Authorization": f"Bearer {key}"}, aiohttp.ClientTimeout(total=PROBING)
        said: dict[str, Any] = {"page": 0, "status": 0, "whole": False}
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):  # somebody else may answer, in HTML
            async with self._http.get(page, timeout=limit) as reply:
                said["page"] = reply.status
            url = f"{api}/v1/chat/completions"
            async with self._http.post(url, json=asked, headers=headers, timeout=limit) as reply:
                said["status"] = reply.status
                answer = await reply.json(content_type=None) if reply.status == 200 else {}
            said["whole"] = said["page"] == 200 and bool(answer.get("choices"))
        return said

    async def crash(self) -> None:
        """Kill the process, as a fault."""
        await self.process.stop(kill=True)

    async def restart(self) -> None:
        await self._launch()

    async def collect(self, since: float) -> None:
        """Write into the history what the service recorded since the last look."""
        if not self.process.running:
            return
        raw = await self._call("GET", f"/control/events?after={self._last}")
        self._last = raw["last"]
        for event in raw["events"]:
            data = {key: value for key, value in event.items() if key not in ("seq", "time", "kind")}
            if event["time"] >= since:
                self._recorder.note("service", event["kind"], at=event["time"], **data)
