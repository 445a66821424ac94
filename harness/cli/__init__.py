"""`chatfault`: run scenarios, set the machine up, look at it, judge a recorded run again, say what helps."""

from __future__ import annotations

from harness.cli.commands import main

__all__ = ["main"]
