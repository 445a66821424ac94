"""Client profiles: where a chat client's parts are on its page, what its messages say, how long it waits.

A profile is `<name>.yaml` in this folder, or any file that `--client` names. Its locators are CSS selectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from harness.values.errors import AuthorError

FOLDER = Path(__file__).parent
LOCATORS = {
    "root": True,
    "ready": True,
    "busy": True,
    "composer": True,
    "send": True,
    "message": True,
    "message_text": True,
    "user_message": True,
    "error": True,
    "error_details": False,
    "error_countdown": False,
    "retry": False,
    "regenerate": False,
    "new_chat": False,
    "conversation": False,
    "login_form": False,
    "login_account": False,
    "login_password": False,
    "login_submit": False,
    "logout": False,
    "settings": False,
    "password_old": False,
    "password_new": False,
    "password_submit": False,
    "password_done": False,
    "support_open": False,
    "support_text": False,
    "support_submit": False,
    "support_ticket": False,
    "dialog_close": False,
    "download": False,
    "downloaded": False,
    "setting_files": False,
    "setting_files_on": False,
    "upgrade": False,
    "plan_done": False,
}
"""Every locator a profile can have, and whether it must."""


@dataclass(frozen=True)
class Client:
    """One chat client under test. `reply` and `piece`: seconds after which it gives up a silent request or answer."""

    name: str
    address: str
    locators: Mapping[str, str]
    messages: Mapping[str, Mapping[str, str]]
    reply: float
    piece: float
    recovers_by_itself: bool = False
    says: str = ""
    extras: Mapping[str, Any] = field(default_factory=dict)
    advice: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the client advises with a message, by language: a text, or several of which one stands there."""

    def advice_of(self, message: str, locale: str) -> tuple[str, ...]:
        """Every advice that may stand with a message in a language."""
        found = self.advice.get(message, {}).get(locale, ())
        return (found,) if isinstance(found, str) else tuple(found)

    def text(self, message: str, locale: str) -> str:
        """The text of a message in a language; a message without one in that language says it in English."""
        texts = self.messages.get(message, {})
        return texts.get(locale) or texts.get("en") or message

    def other_texts(self, message: str, locale: str) -> tuple[str, ...]:
        """What the same message says in the other languages, where it says something else."""
        here = self.text(message, locale)
        texts = self.messages.get(message, {})
        return tuple(text for language, text in texts.items() if language != locale and text != here)


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def client(name: str) -> Client:
    """The profile of that name, or in that file. Raises `AuthorError` when there is none, or when it is incomplete."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise AuthorError(
            f"there is no client profile {name!r}", cure=f"choose one of {', '.join(names())}, or name a .yaml file"
        )
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise AuthorError(f"{path.name} is not YAML: {error}", where=str(path)) from None
    return _client(path, raw)


def _client(path: Path, raw: Any) -> Client:
    if not isinstance(raw, dict):
        raise AuthorError("a client profile is a mapping", where=str(path))
    locators = raw.get("locators") or {}
    missing = [name for name, must in LOCATORS.items() if must and name not in locators]
    unknown = [name for name in locators if name not in LOCATORS]
    if missing or unknown:
        raise AuthorError(
            f"the profile's locators lack {', '.join(missing) or 'none'}; unknown are {', '.join(unknown) or 'none'}",
            where=str(path),
            cure=f"the locators are {', '.join(LOCATORS)}",
        )
    limits = raw.get("gives_up_after") or {}
    return Client(
        name=path.stem,
        address=str(raw.get("address", "/")),
        locators=locators,
        messages=raw.get("messages") or {},
        reply=float(limits.get("reply", 30)),
        piece=float(limits.get("piece", 20)),
        recovers_by_itself=bool(raw.get("recovers_by_itself", False)),
        says=str(raw.get("says", "")),
        advice=raw.get("advice") or {},
    )
