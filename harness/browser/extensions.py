"""Real unpacked extensions for Chromium: one that blocks, and others that do nothing to the chat."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NAMES = ("Reader", "Colours", "Notes", "Translate", "Weather", "Passwords", "Screenshots", "Bookmarks")
"""What the extensions of a person are called; which of them is the guilty one is not in its name."""
WHAT: dict[str, tuple[str, list[str]]] = {
    "scripts": (".js", ["script"]),
    "websocket": ("/api/stream", ["websocket"]),
    "messages": ("/api/conversations/*/messages", ["xmlhttprequest"]),
}
"""What can be blocked: a pattern of the address, and the types of resource (declarativeNetRequest)."""


def build(folder: Path, name: str, blocks: str = "") -> Path:
    """Write an extension of that name into a folder of its own, and return the folder. `blocks`: a key of `WHAT`."""
    made = folder / name.lower()
    made.mkdir(parents=True, exist_ok=True)
    manifest: dict[str, Any] = {"manifest_version": 3, "name": name, "version": "1.0"}
    if blocks:
        pattern, types = WHAT[blocks]
        rule = {"id": 1, "action": {"type": "block"}, "condition": {"urlFilter": pattern, "resourceTypes": types}}
        (made / "rules.json").write_text(json.dumps([rule]))
        manifest["permissions"] = ["declarativeNetRequest"]
        manifest["host_permissions"] = ["<all_urls>"]
        manifest["declarative_net_request"] = {
            "rule_resources": [{"id": "rules", "enabled": True, "path": "rules.json"}]
        }
    (made / "manifest.json").write_text(json.dumps(manifest))
    return made
