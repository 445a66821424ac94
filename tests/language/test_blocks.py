"""One top-level key put in another's place, and everything else as it was."""

from __future__ import annotations

import pytest

from harness.language.blocks import with_block

TEXT = "# first\nsays: x\nseen:\n  a: {en: b}\n\n# of the locators\nlocators:\n  root: main # here\n"


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("seen", {"c": {"en": "d"}}, TEXT.replace("  a: {en: b}\n", "  c:\n    en: d\n")),
        ("seen", None, TEXT.replace("seen:\n  a: {en: b}\n", "")),
        (
            "messages",
            {"c": {"ja": "問題", "en": ["1", "/a.+?b/"]}},
            TEXT + "messages:\n  c:\n    ja: 問題\n    en:\n      - '1'\n      - /a.+?b/\n",
        ),
        ("absent", None, TEXT),
        ("says", "y: z", TEXT.replace("says: x", "says: 'y: z'")),
    ],
)
def test_a_key_is_put_in_its_place(key: str, value: object, wanted: str) -> None:
    assert with_block(TEXT, key, value) == wanted


def test_a_file_without_a_last_line_end_is_gone_on_with_in_the_next_line() -> None:
    assert with_block("says: x", "seen", {"a": 1}) == "says: x\nseen:\n  a: 1\n"
