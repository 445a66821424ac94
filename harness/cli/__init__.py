"""`chatfault`: run scenarios, write them, look things up, read what runs recorded, look after the machine."""

from __future__ import annotations

from harness.cli.commands import main

__all__ = ["main"]
