"""How a person finds out where the fault sits: by trying what else works, and by reading the developer tools."""

from __future__ import annotations

from dataclasses import replace

from playwright.async_api import Error

from harness.person.acts_network import ANOTHER_NETWORK
from harness.person.body import OPENING, Body
from harness.values.history import Event
from harness.values.situation import Situation

ECHO = """() => new Promise((done) => {
  const socket = new WebSocket(`ws://${location.host}/echo`);
  socket.onopen = () => socket.send("hello");
  socket.onmessage = () => { socket.close(); done(true); };
  socket.onerror = () => done(false);
  setTimeout(() => done(false), 5000);
})"""
"""Whether a WebSocket to another site carries a message there and back."""
OF_THE_ACCOUNT = frozenset({401, 403, 429})
LOG_IN_TO_THE_NETWORK = 511
BEYOND, UNCLEAR = "beyond", "unclear"


class DiagnosisActs(Body):
    """The diagnoses R27 and R28. They change nothing for good, and name a place."""

    async def check_network(self) -> None:
        """Do other sites open? If not, on another network, and without the VPN? Do they take WebSockets?"""
        place, because = await self._network_to_blame()
        await self._world.place(self.situation)
        self._recorder.note("run", "diagnosis", by="check_network", place=place, because=because)

    async def _network_to_blame(self) -> tuple[str, str]:
        here = self.situation
        opens, echoes = await self._tries(here)
        if opens and echoes:
            return BEYOND, "another site opens, and takes a WebSocket"
        if here.vpn and await self._tries(replace(here, vpn="")) == (True, True):
            return f"vpn_{here.vpn}", "it works without the VPN"
        if await self._tries(replace(here, network=ANOTHER_NETWORK[here.network])) == (True, True):
            what = "another site opens" if not opens else "a WebSocket to another site works"
            return here.network, f"{what} on another network only"
        return "uplink", "nothing opens on any network"

    async def _tries(self, situation: Situation) -> tuple[bool, bool]:
        """Whether another site opens from there, and whether it takes a WebSocket."""
        await self._world.need_elsewhere()
        await self._world.place(situation)
        page = await self.page.context.new_page()
        try:
            await page.goto(f"{self._world.elsewhere(situation)}/", timeout=OPENING * 1000)
            opens = await page.locator("[data-testid=site]").count() == 1
            return opens, opens and bool(await page.evaluate(ECHO))
        except Error:
            return False, False
        finally:
            await page.close()

    async def developer_tools(self) -> None:
        """Read what the network panel has: failed requests, status codes, headers, close codes."""
        moment = self._recorder.history.step("moment")
        since = moment.at if moment else 0.0
        kinds = ("request_failed", "response", "websocket_refused", "websocket_closed", "navigation_failed")
        await self.windows.replied()
        history = self._recorder.history
        texts = {(e.data["path"], e.data["status"]): str(e.data["text"]) for e in history.where("browser", "reply")}
        seen = history.where("browser", *kinds, after=since)
        found = (told_by(event, texts.get((event.data.get("path"), event.data.get("status")), "")) for event in seen)
        place, because = next((one for one in found if one), (UNCLEAR, "nothing failed that says where"))
        self._recorder.note("run", "diagnosis", by="developer_tools", place=place, because=because)


def told_by(event: Event, text: str) -> tuple[str, str] | None:
    """Where one line of the network panel says that the fault sits, and why; None when it says nothing.

    `text` is what the reply said.
    """
    data = event.data
    if data.get("status") == LOG_IN_TO_THE_NETWORK:
        return "network", f"{data['path']} got {LOG_IN_TO_THE_NETWORK}, which only a network's portal says"
    if event.kind == "websocket_closed":
        code = int(data["code"])
        return None if code in (1000, 1005, 1006) else ("service", f"the stream was closed with {code}")
    if event.kind == "websocket_refused":
        status = int(data["status"])
        return ("service", f"the gateway could not reach the stream ({status})") if status >= 500 else None
    if event.kind != "response":
        error = str(data.get("error", ""))
        if "BLOCKED_BY_CLIENT" in error:
            return "browser", f"the browser itself stopped the request ({error})"
        return None if "ABORTED" in error else ("network", f"no reply came at all ({error})")
    status = int(data["status"])
    if status < 400:
        return None
    said = f"{data['method']} {data['path']} got {status}"
    if data.get("blocked_by"):
        return "device", f"{said} from {data['blocked_by']}"
    if not data.get("upstream_ms"):
        behind = "upstream" in text and "overflow" not in text  # it waits for no place of its own
        return ("service", f"{said}: {text[:80]}") if behind else ("gateway", f"{said} from the gateway itself")
    return ("account" if status in OF_THE_ACCOUNT else "service"), f"{said} from the service itself"
