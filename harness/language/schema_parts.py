"""The parts that every JSON schema here is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"
TIMES = r"^\d+(\.\d+)?(ms|s|m|h)$"


def text(says: str = "") -> Schema:
    """Any single value: the loader reads them all as text."""
    found: Schema = {"type": ["string", "number", "boolean"], "not": {"const": ""}}
    return {**found, "description": says} if says else found


def either(*some: Schema) -> Schema:
    return {"anyOf": [*some]}


def one_or_more(one: Schema) -> Schema:
    """A list, or a single value; never an empty list."""
    return either(one, {"type": "array", "items": one, "minItems": 1})


def mapping(keys: Mapping[str, Schema], says: Mapping[str, str], required: Iterable[str] = ()) -> Schema:
    """These keys and no others, each with what it means."""
    properties = {
        key: {**schema, **({"description": says[key]} if key in says else {})} for key, schema in keys.items()
    }
    return {"type": "object", "properties": properties, "additionalProperties": False, "required": [*required]}


def constants(names: Iterable[str], says: Mapping[str, str] | None = None) -> list[Schema]:
    """Each of these names, with what it is."""
    return [{"const": name, **({"description": says[name]} if says and name in says else {})} for name in names]
