"""`python -m harness.bench`: the harness beside the same steps written by hand, in one run. It asserts nothing.

Without arguments it prints medians in seconds and their ratio, and what a second worker adds, for both. `--client NAME`
measures an arm on a client that somebody else wrote in the same way, `--reading` the command line: reading a thousand
scenarios, beside what their YAML and the model need, and starting; `--page` a large report's page beside a small one's.
"""

from __future__ import annotations

import argparse
import asyncio

from harness.bench.arms import ACTS, elsewhere, whole, work
from harness.bench.page import page
from harness.bench.reading import reading


def main() -> None:
    """The door of the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--client", help="a client that somebody else wrote: a shipped profile's name, or a file")
    parser.add_argument("--worker", choices=ACTS, help=argparse.SUPPRESS)
    parser.add_argument("--reading", action="store_true", help="measure reading scenarios, and starting")
    parser.add_argument("--page", action="store_true", help="measure a report's page in a browser")
    asked = parser.parse_args()
    if asked.reading:
        reading()
    elif asked.page:
        asyncio.run(page(asked.rounds))
    elif asked.client:
        asyncio.run(elsewhere(asked.client, asked.rounds))
    else:
        asyncio.run(work(asked.worker, asked.rounds) if asked.worker else whole(asked.rounds))


if __name__ == "__main__":
    main()
