"""Values that no file may have (a session, a password, an API key), and how they are taken out of text and bytes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"
SHORTEST = 6
"""Characters from which a value is a secret by itself; a shorter one would be found everywhere."""
CARRIED = re.compile(
    rb"""(?:set-cookie|cookie|authorization)["'\\]{0,4}\s*[:,]\s*["'\\]{0,4}(?:value["'\\]{0,4}\s*:\s*["'\\]{0,4})?"""
    rb"""(?:bearer\s+|[\w-]+=)([^"'\\;\s,]{6,})""",
    re.IGNORECASE,
)
"""A header's cookie or key, as text or JSON has it."""


class Secrets:
    """The secret values that are known, each in the ways in which it may be written."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: set[str] = set()
        self._pattern: re.Pattern[bytes] | None = None
        self.add(*values)

    def add(self, *values: str) -> None:
        """From here on these are secret."""
        fresh = {value for value in values if len(value) >= SHORTEST and value != REDACTED} - self._values
        if fresh:
            self._values |= fresh
            forms = {form for value in self._values for form in _forms(value)}
            longest_first = sorted(forms, key=len, reverse=True)
            self._pattern = re.compile(b"|".join(re.escape(form.encode(errors="replace")) for form in longest_first))

    def learn(self, content: bytes) -> None:
        """What a header carries there is secret, too: the service makes new sessions while an arm runs."""
        self.add(*(found.decode(errors="replace") for found in CARRIED.findall(content)))

    def without(self, content: bytes) -> bytes:
        """The content with every secret taken out."""
        return self._pattern.sub(REDACTED.encode(), content) if self._pattern else content

    def out_of(self, text: str) -> str:
        """The text with every secret taken out."""
        return self.without(text.encode(errors="surrogatepass")).decode(errors="surrogatepass")


def _forms(value: str) -> set[str]:
    """A value as it is, in an address, in JSON, and in base64 wherever it stands there."""
    in_json = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    forms = {value, quote(value, safe=""), quote_plus(value)} | in_json
    raw = value.encode(errors="replace")
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw).decode()
        kept = coded[(0, 2, 3)[before] : len(coded) - (0, 3, 2)[(len(raw) + before) % 3] or None]
        forms.add(kept.rstrip("="))
    return {form for form in forms if len(form) >= SHORTEST}
