"""`chatfault schema`: the JSON schema of scenarios, runbooks and profiles, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

import harness
from harness.language.profile_schema import profile_schema
from harness.language.profiles import client as chosen_client
from harness.language.schema import runbook_schema, scenario_schema
from harness.language.schema_parts import Schema

FOLDER = Path(harness.__file__).parent


def schemas(profile: str = "default") -> dict[str, Schema]:
    return {
        "scenario": scenario_schema(chosen_client(profile)),
        "runbook": runbook_schema(),
        "profile": profile_schema(),
    }


def text_of(schema: Schema) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


@click.command()
@click.argument("what", type=click.Choice(["scenario", "runbook", "profile"]), default="scenario")
@click.option("--write", is_flag=True, help="Write them beside the code, where the shipped files name them.")
@click.option("--client", "profile", default="default", help="The client's profile: a name, or a .yaml file.")
def schema(what: str, write: bool, profile: str) -> int:
    """Print the JSON schema of a scenario (for this client's messages), of a runbook, or of a client's profile.

    A file names it in its first line: # yaml-language-server: $schema=scenario.schema.json
    """
    if write:
        for name, one in schemas().items():
            (FOLDER / f"{name}.schema.json").write_text(text_of(one), encoding="utf-8")
        return 0
    print(text_of(schemas(profile)[what]), end="")
    return 0
