"""What the command lines of several processes have in common."""

from __future__ import annotations

import argparse
from pathlib import Path


def parser(module: str, purpose: str) -> argparse.ArgumentParser:
    """For `python -m fake_upstream.MODULE`: where to listen, and how to say that it is up."""
    made = argparse.ArgumentParser(prog=f"python -m fake_upstream.{module}", description=purpose)
    made.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    made.add_argument("--port", type=int, required=True, help="its port, 0 for any")
    made.add_argument("--ready-file", type=Path, default=None, help="file to write the ready line to as well")
    return made


def url(text: str) -> str:
    """An address such as http://127.0.0.1:8080, without a slash at its end."""
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("must begin with http:// or https://")
    return text.rstrip("/")


def seconds(text: str) -> float:
    """How long to wait between two of the same, from 0.01 to 3600."""
    number = float(text)
    if not 0.01 <= number < 3600:
        raise argparse.ArgumentTypeError("must be from 0.01 to 3600")
    return number
