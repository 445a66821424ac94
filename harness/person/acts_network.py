"""What a person does with their device, its network and what runs on them."""

from __future__ import annotations

from dataclasses import replace

from harness.person.body import Body
from harness.remedies.base import renewed


class NetworkActs(Body):
    """The remedies of `harness.remedies.network` and `.device`, done for real."""

    async def join(self, network: str) -> None:
        self.situation = replace(self.situation, network=network)
        await self._world.place(self.situation)

    async def vpn(self, exit_: str) -> None:
        self.situation = replace(self.situation, vpn=exit_)
        await self._world.place(self.situation)

    async def restart_router(self) -> None:
        """Every connection over this network ends, and it gets another public address; else it is the same."""
        await self._world.links.cut(self.situation.network)
        await self._world.gateway.renew_lease(self.situation.network)
        self.situation = renewed("lease")(self.situation)

    async def close_background(self) -> None:
        """End the other programs that use the network, and see that it is quick again."""
        closed = await self._world.crowd.stop("downloading")
        if closed:
            await self._world.crowd.quiet(self.situation.network)
        self._recorder.note("run", "closed_programs", programs=closed)

    async def make_exception(self) -> None:
        """Tell the security software to let the chat through."""
        await self._world.gateway.trust(True)
        self.situation = renewed("exception")(self.situation)

    async def security_off(self) -> None:
        await self._world.secure(False)
        self.situation = renewed("exception")(self.situation)

    async def security_on_again(self) -> None:
        await self._world.secure_again()

    async def wait(self, seconds: float) -> None:
        await self._world.advance(seconds)
