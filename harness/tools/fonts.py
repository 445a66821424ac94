"""The letters of the languages that are tested: whether a browser has them, and where they come from."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from harness.tools.fetch import Say, Unable, install

SAMPLES = {"en": "Error", "ja": "エラーが発生しました。接続再試行日本語"}
"""Letters of each language that a person is to read."""
NOBODYS = "\u0378"
"""A character that Unicode has not given to anybody, so that no font has it: what is drawn for it means “none”."""
PACKAGES = {"ja": "fonts-ipafont-gothic"}
"""Debian's packages by language: of those that have all its letters, the smallest."""
LANGUAGES = {"en": "English", "ja": "Japanese"}
BOXES = """([samples, nobodys]) => {
  const drawn = (letter) => {
    const canvas = document.createElement("canvas")
    canvas.width = canvas.height = 64
    const pen = canvas.getContext("2d")
    pen.font = "40px sans-serif"
    pen.fillText(letter, 8, 48)
    return canvas.toDataURL()
  }
  const none = drawn(nobodys)
  return Object.keys(samples).filter((language) => [...samples[language]].some((letter) => drawn(letter) === none))
}"""
"""In a page: the languages of which it draws a letter as it draws a character that no font has."""


def cure(language: str) -> str:
    """How that language's letters come onto this machine by hand."""
    if sys.platform != "linux":
        return f"install a font for {LANGUAGES[language]}, such as Noto Sans"
    package = PACKAGES.get(language, "fonts-dejavu-core")
    return f"install a font for {LANGUAGES[language]}: `apt-get install {package}`, or Noto Sans from your distribution"


def get(languages: Sequence[str], say: Say) -> None:
    """Install fonts for these languages, where that can be done; else say how."""
    packages = [PACKAGES[one] for one in languages if one in PACKAGES]
    if not packages:
        return
    say(f"{', '.join(packages)}: apt-get install ...")
    try:
        install(packages)
    except Unable as error:
        say(f"  {error}")
