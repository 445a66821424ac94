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
_API_KEY = "FAKE_UPSTREAM_API_KEY"
_FAULTS_BY = "let a request of the API's carry a fault: by the header X-Fault, by a model named fault/…"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_MORE = f"""\
environment:
  {_TOKEN}    the control door's token; one is made and printed where it is not set
  {_API_KEY}  an API key that is good from the start; without it and without a token one is made and
                         printed where the service listens on loopback only
  {_MONITOR}  the password of the account that watches the service

docs/fake_upstream.md has examples for the API's clients, and every fault.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the service; 0 after SIGTERM or SIGINT, 3 when it couldn't start."""
    parser = _parser()
    options = Options(**vars(parser.parse_args(arguments)))
    given, told = os.environ.get(_API_KEY), os.environ.get(_TOKEN)
    if given and options.host not in _LOOPBACK:
        parser.error(f"{_API_KEY} is for loopback only, and --host is {options.host}")
    alone = not told and options.host in _LOOPBACK
    key = given or (f"sk-{secrets.token_urlsafe(24)}" if alone else None)
    options = replace(options, monitor=os.environ.get(_MONITOR) or None, api_key=key)
    token = told or _new_token()
    if alone and key and not given:
        print(f"{_API_KEY}={key}", file=sys.stderr, flush=True)
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
    parser = argparse.ArgumentParser(
        prog="python -m fake_upstream",
        description=_PURPOSE,
        epilog=_MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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
    add("--model", dest="models", action="append", default=[], help="one more model of the API's; *: any name")
    add("--faults-by", type=_ways, default=usual.faults_by, metavar="header,model", help=_FAULTS_BY)
    add("--per-minute", type=_count, default=usual.per_minute, help="API requests of an account (default: %(default)s)")
    return parser


def _ways(text: str) -> tuple[str, ...]:
    ways = tuple(part.strip() for part in text.split(","))
    if not set(ways) <= {"header", "model"}:
        raise argparse.ArgumentTypeError("must be header, model, or both with a comma between them")
    return ways


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 10**9:
        raise argparse.ArgumentTypeError("must be from 1 to 1000000000")
    return count


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < 3600:
        raise argparse.ArgumentTypeError("must be from 0 to 3600")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
