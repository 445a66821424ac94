"""`chatfault show`: scenarios drawn in the terminal."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.writing import PATHS, PROFILE, left_out_for_errors, readable
from harness.report.lanes import LEGEND, lanes


@click.command()
@PATHS
@PROFILE
def show(paths: tuple[Path, ...], profile: str) -> int:
    """Draw each scenario: a lane for each place, time from left to right, remedies with what the model foretells."""
    found, wrong = readable(paths, profile)
    for scenario, arms in found:
        print("\n".join([*lanes(scenario, arms), ""]))
    print(LEGEND)
    return left_out_for_errors(wrong)
