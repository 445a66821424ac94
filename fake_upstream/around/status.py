"""The status page: what the service says about itself. It is told, it doesn't find out."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal, get_args

from ..chat.journal import Fields, Journal

State = Literal["operational", "incident"]
STATES: tuple[str, ...] = get_args(State)

_WORDS = {
    "en": ("Service status", "All systems are working.", "There is an incident."),
    "ja": ("サービスの状態", "すべて正常に動いています。", "障害が発生しています。"),
}
_PAGE = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{font:16px system-ui;margin:3rem auto;max-width:40rem;padding:0 1rem}}
:root{{color-scheme:light dark}}</style>
<main data-testid="status" data-state="{state}"><h1>{title}</h1><p>{line}</p><ul>{incidents}</ul></main>
</html>
"""


@dataclass(frozen=True, slots=True)
class Status:
    """What is announced; `title` names the incident."""

    state: str = "operational"
    title: str = ""

    def to_json(self) -> Fields:
        """{state, incidents: [{title}]}"""
        incidents = [{"title": self.title}] if self.state == "incident" else []
        return {"state": self.state, "incidents": incidents}

    def to_html(self, lang: str) -> str:
        """The page in `lang`, which is "en" or "ja"."""
        title, fine, incident = _WORDS[lang]
        broken = self.state == "incident"
        items = f'<li data-testid="incident">{escape(self.title)}</li>' if broken and self.title else ""
        line = incident if broken else fine
        return _PAGE.format(lang=lang, title=title, state=self.state, line=line, incidents=items)


class StatusBoard:
    """Holds the present announcement."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.status = Status()
        journal.on("status", self._apply)

    def announce(self, status: Status) -> None:
        """Say this from now on."""
        self._journal.commit("status", {"state": status.state, "title": status.title})

    def forget(self) -> None:
        """Everything is fine again."""
        self.status = Status()

    def _apply(self, fields: Fields) -> None:
        self.status = Status(**fields)


def preferred_language(accept_language: str) -> str:
    """Say "ja" when the Accept-Language header prefers Japanese to English, else "en"."""
    best, lang = 0.0, "en"
    for part in accept_language.split(","):
        tag, _, quality = part.strip().partition(";q=")
        primary = tag.split("-")[0].lower()
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if primary in _WORDS and weight > best:
            best, lang = weight, primary
    return lang
