"""`python -m fake_upstream`: the only door of the command line."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
from dataclasses import replace
from pathlib import Path

from .chat.journal import JournalError
from .server import serve
from .service import Options

_PURPOSE = "A chat service to break, also usable alone as an OpenAI-compatible test server."
_TOKEN, _MONITOR = "FAKE_UPSTREAM_TOKEN", "FAKE_UPSTREAM_MONITOR"


def main(arguments: list[str] | None = None) -> int:
    """Run the service; 0 after SIGTERM or SIGINT, 3 when it couldn't start."""
    options = Options(**vars(_parser().parse_args(arguments)))
    options = replace(options, monitor=os.environ.get(_MONITOR) or None)
    token = os.environ.get(_TOKEN) or _new_token()
    try:
        asyncio.run(serve(options, token))
    except (OSError, JournalError) as error:
        print(f"fake_upstream: {error}", file=sys.stderr)
        return 3
    return 0


def _new_token() -> str:
    token = secrets.token_urlsafe(24)
    print(f"{_TOKEN}={token}", file=sys.stderr, flush=True)
    return token


def _parser() -> argparse.ArgumentParser:
    usual = Options()
    parser = argparse.ArgumentParser(prog="python -m fake_upstream", description=_PURPOSE)
    add = parser.add_argument
    add("--host", default=usual.host, help="address of the main listener (default: %(default)s)")
    add("--port", type=int, default=usual.port, help="its port, 0 for any (default: %(default)s)")
    add("--control-port", type=int, default=usual.control_port, help="loopback port, 0 for any (default)")
    add("--page", type=Path, default=usual.page, help="folder with the page's files (default: packaged)")
    add("--seed", type=int, default=usual.seed, help="what the answers depend on beside the prompt")
    add("--piece-interval", type=_seconds, default=usual.piece_interval, help="seconds between pieces")
    add("--hold-clock", action="store_true", help="the clock moves only when it is advanced")
    add("--state", type=Path, default=usual.state, help="file that outlives the process (default: none)")
    add("--ready-file", type=Path, default=usual.ready_file, help="file to write the ready line to as well")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < 3600:
        raise argparse.ArgumentTypeError("must be from 0 to 3600")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
