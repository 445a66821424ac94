"""What must not be given away of a person's, and where it stands all the same: told by its name, never as it is."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, unquote_plus

from harness.values.secrets import Secrets

EVERYTHING: frozenset[str] = frozenset()
PASSWORD = frozenset({"a password"})
SECRETS = PASSWORD | {"a session", "an API key"}
WRITTEN = "what the person wrote"
WORDS = frozenset({WRITTEN})
HANDED_OVER = frozenset({"set-cookie"})
"""Headers that are there to give a browser a secret."""
ESCAPED = re.compile(r"(?:\\u[\da-fA-F]{4})+")
"""How JSON writes letters that aren't ASCII."""
BASE64 = re.compile(r"(?<![\w+/-])[\w+/-]{8,}(?==|[^\w+/-]|$)", re.ASCII)
"""What may be something written in Base64, by either alphabet (RFC 4648)."""


class Confidential:
    """A person's secrets and words. `values`: each by what it is."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def within(self, text: str, names: frozenset[str] = EVERYTHING) -> str:
        """Which of them stand in a text, in words. `names`: of these only."""
        return " and ".join(self._standing_in(text, names))

    def _standing_in(self, text: str, names: frozenset[str]) -> list[str]:
        written = (
            text,
            unquote(text),
            unquote_plus(text),
            ESCAPED.sub(lambda escaped: json.loads(f'"{escaped[0]}"'), text),
            *_decoded(text),
        )
        return [
            name
            for name, value in self.values.items()
            if value and (not names or name in names) and any(value in one for one in written)
        ]

    def in_address(self, address: str, names: frozenset[str] = EVERYTHING) -> str:
        """Which of them stand in an address, also where it writes a space as a plus. `names`: as in `within`."""
        return self.within(address, names)

    def on_screen(self, screen: Mapping[str, Any], links: Iterable[str] = ()) -> dict[str, str]:
        """What of the person's the address of a page or of its `links` has, and which secrets stand on it, by names."""
        said = [*(screen["error"] or {"lines": ()})["lines"], *screen.get("others", ())]
        said += [f"{one['text']}\n{one.get('note', '')}" for one in screen["messages"]]
        return {
            "in_address": self.in_address(str(screen.get("url", ""))),
            "shows": self.within("\n".join(said), SECRETS),
            "linked": self.in_address("\n".join(links), SECRETS),
        }

    def carried(self, body: str, headers: Mapping[str, str]) -> str:
        """Which of them stand in a request's body, and which of what a person types in its headers, in words."""
        typed = self._standing_in("\n".join(headers.values()), PASSWORD | WORDS)
        return " and ".join(dict.fromkeys([*self._standing_in(body, EVERYTHING), *typed]))

    def in_headers(self, headers: Mapping[str, str]) -> str:
        """Which secrets a reply's headers carry, be they known or secrets by how they look."""
        carried = {name: value for name, value in headers.items() if name.lower() not in HANDED_OVER}
        text = "\n".join(f'{name}: "{value}"' for name, value in carried.items())
        return self.within(text, SECRETS) or ("a secret" if Secrets().out_of(text) != text else "")


def _decoded(text: str) -> Iterator[str]:
    """What stands in a text in Base64."""
    for found in BASE64.findall(text):
        plain = found.replace("-", "+").replace("_", "/")
        with contextlib.suppress(binascii.Error):
            yield base64.b64decode(plain + "=" * (-len(plain) % 4)).decode(errors="replace")
