"""What a person does with their device, its network and what runs on them."""

from __future__ import annotations

from dataclasses import replace

from harness.person.body import Body, NothingToDo

ANOTHER_NETWORK = {"wifi": "mobile", "office": "mobile", "mobile": "wifi"}
ANOTHER_EXIT = {"a": "b", "b": "a"}


class NetworkActs(Body):
    """The remedies of `harness.remedies.network` and `.device`, done for real."""

    async def switch_network(self) -> None:
        self.situation = replace(self.situation, network=ANOTHER_NETWORK[self.situation.network])
        await self._world.place(self.situation)

    async def vpn_off(self) -> None:
        await self._vpn("")

    async def vpn_region(self) -> None:
        await self._vpn(ANOTHER_EXIT.get(self.situation.vpn, ""))

    async def _vpn(self, exit_: str) -> None:
        if not self.situation.vpn:
            raise NothingToDo("there is no VPN")
        self.situation = replace(self.situation, vpn=exit_)
        await self._world.place(self.situation)

    async def restart_router(self) -> None:
        """Every connection over this network ends, and it gets another public address; else it is the same."""
        await self._world.links.cut(self.situation.network)
        await self._world.gateway.renew_lease(self.situation.network)

    async def close_background(self) -> None:
        """End the other programs that use the network, and see that it is quick again."""
        closed = await self._world.crowd.stop("downloading")
        if not closed:
            raise NothingToDo("no other program uses the network")
        await self._world.crowd.quiet(self.situation.network)
        self._recorder.note("run", "closed_programs", programs=closed)

    async def make_exception(self) -> None:
        """Tell the security software to let the chat through."""
        self._needs_security_software()
        await self._world.gateway.trust(True)

    async def security_off(self) -> None:
        self._needs_security_software()
        await self._world.secure(False)

    def _needs_security_software(self) -> None:
        if not self.situation.security:
            raise NothingToDo("there is no security software on this device")

    async def security_on_again(self) -> None:
        await self._world.secure(bool(self.situation.security))

    async def wait(self, seconds: float) -> None:
        await self._world.advance(seconds)
