"""A value that fits a JSON schema: what a tool is called with, and what a structured answer says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEEPEST, _MOST = 24, 2_000
_SAMPLES: Mapping[str, Any] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}


def example(schema: object, topic: str) -> Any:
    """The least value with all that the schema requires; texts say the topic."""
    return _Sampler(schema, topic).of(schema, 0)


class _Sampler:
    def __init__(self, root: object, topic: str) -> None:
        self._root, self._topic, self._made = root, topic, 0

    def of(self, schema: object, depth: int) -> Any:
        self._made += 1
        if not isinstance(schema, dict) or depth > _DEEPEST or self._made > _MOST:
            return self._topic if depth else {}
        if isinstance(ref := schema.get("$ref"), str):
            return self.of(self._found(ref), depth + 1)
        for name in ("const", "default"):
            if name in schema:
                return schema[name]
        if isinstance(options := schema.get("enum"), list) and options:
            return options[0]
        for name in ("anyOf", "oneOf", "allOf"):
            if isinstance(options := schema.get(name), list) and options:
                return self.of(options[0], depth + 1)
        return self._of_type(schema, depth)

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        kind = schema.get("type")
        kind = kind[0] if isinstance(kind, list) and kind else kind
        if kind == "object" or "properties" in schema or (kind is None and depth == 0):
            return self._object(schema, depth)
        if kind == "array":
            least = schema.get("minItems")
            count = min(least, 100) if isinstance(least, int) and least > 0 else 1
            count = 1 if self._made > _MOST else count
            return [self.of(schema.get("items", {"type": "string"}), depth + 1) for _ in range(count)]
        if kind in ("integer", "number"):
            least = schema.get("minimum")
            return least if isinstance(least, int | float) else _SAMPLES[str(kind)]
        return _SAMPLES[kind] if isinstance(kind, str) and kind in _SAMPLES else self._text(schema)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties, required = schema.get("properties"), schema.get("required")
        properties = properties if isinstance(properties, dict) else {}
        wanted = required if isinstance(required, list) else list(properties)
        return {name: self.of(properties.get(name, {}), depth + 1) for name in wanted if isinstance(name, str)}

    def _text(self, schema: dict[str, Any]) -> str:
        most = schema.get("maxLength")
        return self._topic[:most] if isinstance(most, int) and most >= 0 else self._topic

    def _found(self, ref: str) -> object:
        found: object = self._root
        for name in ref.removeprefix("#").strip("/").split("/"):
            found = found.get(name) if isinstance(found, dict) else None
        return found
