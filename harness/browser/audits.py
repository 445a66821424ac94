"""What was found on pages before, so that the same need not be looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Audits:
    """What axe found on pages that look alike: in which arm it saw each part of them, and what is wrong with which.

    `page` is all that says how a page looks, and `parts` has each kind of element on it.
    """

    _seen: dict[str, dict[str, str]] = field(default_factory=dict)
    _found: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def of(self, page: str, parts: Iterable[str]) -> tuple[str, list[dict[str, Any]]] | None:
        """The last arm in which one of these parts was new, and what was found of them all; None when one is new now.

        A finding has `rule` and `parts`; one without parts is the whole page's.
        """
        seen, here = self._seen.get(page, {}), set(parts)
        if not here or not here <= seen.keys():
            return None
        found = (one for one in self._found[page] if not one["parts"] or here & set(one["parts"]))
        arm = next(arm for part, arm in reversed(seen.items()) if part in here)
        return arm, list({one["rule"]: one for one in found}.values())

    def learn(self, page: str, parts: Iterable[str], arm: str, found: list[dict[str, Any]]) -> None:
        """Keep what was found on a page, and in which arm."""
        seen = self._seen.setdefault(page, {})
        for part in parts:
            seen.setdefault(part, arm)
        self._found.setdefault(page, []).extend(found)
