"""What a person does beyond the chat's page: its app, its API, its status page, another provider's chat."""

from __future__ import annotations

from dataclasses import replace

from playwright.async_api import Error, Page

from harness.person.acts_page import PageActs
from harness.person.body import OPENING
from harness.remedies.base import LOOKS
from harness.stack.gateway_routes import API_HOST
from harness.values.situation import Entrance

API_PATIENCE = 3.0
"""Real seconds after which a call of the API is given up."""
MODEL = "fake-1"


class BeyondActs(PageActs):
    """The remedies of `harness.remedies.beyond`, done for real."""

    async def mobile_app(self) -> None:
        """The chat in its app: on a phone, by the app's own entrance to the service."""
        await self._elsewhere(replace(self._with_a_phone, entrance=Entrance.APP), self._phone)

    async def other_service(self) -> None:
        """The same question to another provider, whose account the person has too."""
        self._account = await self._world.other_account()
        self.conversation = self._account.conversation
        self._logs_in = True
        self.situation = replace(self.situation, entrance=Entrance.OTHER)
        self.page = await self.page.context.new_page()
        await self.open("remedy")

    async def status_page(self) -> None:
        """Look at the status page in a tab of its own; as long as it shows an incident, wait, and look again."""
        await self._world.need_elsewhere()
        tab = await self.page.context.new_page()
        try:
            for pause in (*LOOKS, None):
                state = await self._status(tab)
                self._recorder.note("run", "status_page", None, **state)
                if state["state"] != "incident" or pause is None:
                    return
                await self._world.advance(pause)
        finally:
            await tab.close()

    async def _status(self, tab: Page) -> dict[str, str]:
        """What the status page says: its state (`unreachable` when it doesn't come), and the incident's title."""
        try:
            where = f"{self._world.elsewhere(self.situation)}/status"
            await tab.goto(where, wait_until="domcontentloaded", timeout=OPENING * 1000)
            state = await tab.get_attribute("[data-testid=status]", "data-state", timeout=OPENING * 1000)
            titles = await tab.locator("[data-testid=incident]").all_inner_texts()
            return {"state": state or "unreachable", "title": " / ".join(titles)}
        except Error as error:
            return {"state": "unreachable", "title": error.message.splitlines()[0]}

    async def use_api(self) -> None:
        """Decide to call the API; the question is asked that way in the recovery."""
        self.situation = replace(self.situation, entrance=Entrance.API)

    async def ask_api(self, question: str) -> bool:
        """Ask over the API, with the package that its users have; returns whether it answered."""
        import openai  # a second of loading, and few arms need it

        self._recorder.note("run", "asked", question=question, conversation="", by="api")
        http = openai.DefaultAsyncHttpxClient(trust_env=False)
        client = openai.AsyncOpenAI(
            api_key=self._own.api_key,
            base_url=f"{self._origin.replace(API_HOST, '127.0.0.1')}/v1",
            default_headers={"Host": API_HOST},
            max_retries=0,
            timeout=API_PATIENCE,
            http_client=http,
        )
        try:
            reply = await client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}])
            self._recorder.note("run", "api_answer", text=reply.choices[0].message.content or "")
            return True
        except openai.OpenAIError as error:
            self._recorder.note("run", "api_error", error=type(error).__name__, text=str(error)[:300])
            return False
        finally:
            await client.close()
