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
_QUOTED = rb"""["'\\]{0,4}\s*[:=]\s*["'\\]{1,4}"""
_NO_WORD = rb"""(?=[^"'\\\s]*[^A-Za-z"'\\\s])"""
_VALUE = rb"""[A-Za-z0-9][!#-&(-;=?-\[\]-~]{5,}(?=["'\\])"""
SHAPED = re.compile(
    rb"""((?<![\w-])sk[-_])[\w-]{12,}"""
    rb"""|(\bbearer\s+)(?=[\w~+/=-]*[\d.])[\w.~+/=-]{8,}"""
    rb"""|((?<![\w-])(?:pass(?:word|wd|phrase)|secret|(?:x[_-])?api[_-]?key)"""
    + _QUOTED + rb""")""" + _NO_WORD + _VALUE + rb"""|((?<![\w-])(?:session(?:[_-]?id)?|(?:\w+[_-])?token)"""
    + _QUOTED + rb""")(?=[^"'\\\s]*\d)""" + _VALUE
    + rb"""|((?<![\w-])(?:session(?:[_-]?id)?|(?:\w+[_-])?token|password|api[_-]?key)=)"""
    + rb"""(?=[\w.~+/%-]*\d)[\w.~+/%-]{6,}""",
    re.IGNORECASE,
)  # fmt: skip
"""What is a secret by how it looks, or by the name that stands before it: an upstream has secrets that nobody knows."""
_HINTS = (
    b"sk-", b"sk_live", b"sk_test", b"bearer", b"passw", b"passph", b"secret", b"api_key", b"api-key", b"apikey",
    b"token", b"session",
)  # fmt: skip
"""Without any of these, in small letters, no such thing is there: looking for them costs next to nothing."""


class Secrets:
    """The secret values that are known, each in the ways in which it may be written."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: set[str] = set()
        self._lasting: set[str] = set()
        self._forms: list[bytes] = []
        self.add(*values)

    def add(self, *values: str, lasting: bool = False) -> None:
        """From here on these are secret, `lasting` ones also after what is of one arm is forgotten."""
        fresh = {value for value in values if len(value) >= SHORTEST and value != REDACTED}
        self._lasting |= fresh if lasting else set()
        if fresh - self._values:
            self._values |= fresh
            self._write_out()

    def forget(self) -> None:
        """Only what lasts is secret now: whoever was there before has gone, and nothing of theirs comes any more."""
        self._values = set(self._lasting)
        self._write_out()

    def _write_out(self) -> None:
        """Every way in which a value may be written, the longest first, since a short one may be a part of it."""
        forms = {form.encode(errors="replace") for value in self._values for form in _forms(value)}
        self._forms = sorted(forms, key=len, reverse=True)

    def learn(self, content: bytes) -> None:
        """What a header carries there is secret, too: the service makes new sessions while an arm runs."""
        self.add(*(found.decode(errors="replace") for found in CARRIED.findall(content)))

    def without(self, content: bytes) -> bytes:
        """The content with every secret taken out."""
        for form in self._forms:
            if form in content:
                content = content.replace(form, REDACTED.encode())
        return b"\n".join(map(_without_shaped, content.split(b"\n"))) if _hinted(content) else content

    def out_of(self, text: str) -> str:
        """The text with every secret taken out."""
        return self.without(text.encode(errors="surrogatepass")).decode(errors="surrogatepass")


def _hinted(content: bytes) -> bool:
    lowered = content.lower()
    return any(hint in lowered for hint in _HINTS)


def _without_shaped(line: bytes) -> bytes:
    return SHAPED.sub(_after_its_name, line) if _hinted(line) else line


def _after_its_name(found: re.Match[bytes]) -> bytes:
    """What stood before the secret, and that it was one."""
    return next(before for before in found.groups() if before is not None) + REDACTED.encode()


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
