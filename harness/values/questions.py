"""What a person asks, in their language."""

from __future__ import annotations

from harness.values.situation import Moment

STEADY = {"en": "What is a lighthouse for?", "ja": "灯台は何のためにありますか。"}
"""Asked before anything is broken."""
QUESTION = {"en": "How do the tides work?", "ja": "潮の満ち引きはどう起こりますか。"}
"""What the arm is about."""
FURTHER = {"en": "Why is the sky blue?", "ja": "空はなぜ青いのですか。"}
"""Asked in the end, once every fault is lifted."""
BESIDE = {
    "en": " Waltz, bad nymph; for quick jigs vex? 1 + 2.",
    "ja": " 早く知りたい。Waltz, bad nymph; for quick jigs vex?",
}
"""Added to what was written while an error is told: every letter, a space, and signs that some pages listen for."""
FOR_A_FILE = {"en": "Put the tide times into a file.", "ja": "潮の時刻をファイルにまとめてください。"}
"""What the arm is about when something is to be downloaded."""
LONG = {
    "en": "Please explain it step by step, with the moon, the sun, the shape of the coast and one worked example.",
    "ja": "月と太陽と海岸の形のはたらきを、それぞれ順番に、具体的な計算の例を一つ挙げながら、"
    "初めて学ぶ人にも分かるように、できるだけ詳しく説明してください。",
}


def asked_by(locale: str, moment: Moment, prompt: str) -> str:
    """The question that an arm is about, at length or in short."""
    question = (FOR_A_FILE if moment is Moment.DOWNLOAD else QUESTION)[locale]
    return f"{question} {LONG[locale]}" if prompt == "long" else question


ELSEWHERE = {
    "en": "Plan a week by the sea for four people, two of them children.\n"
    "They like boats & islands, where it is < 30 °C.\n\n"
    "They don't like crowds, and one of them can't swim, so nothing with deep water.",
    "ja": "海辺で過ごす一週間の計画を立ててください。四人で、そのうち二人は子供です。\n"
    "船 & 島が好きです（気温は < 30 °C）。\n\n"
    "人混みは苦手です。一人は泳げないので、深い水に入るものは避けてください。静かな宿と、雨の日の過ごし方も知りたいです。"
    "できれば、電車で行ける場所がよいです。",
}
"""What the person has begun to write in another conversation: several lines, many letters, and signs of HTML's."""


def every_text() -> list[str]:
    """All that a person may have asked, each in one line."""
    asked = [*STEADY.values(), *FURTHER.values(), *ELSEWHERE.values()]
    for locale in QUESTION:
        asked += [
            asked_by(locale, moment, prompt) for moment in (Moment.SEND, Moment.DOWNLOAD) for prompt in ("", "long")
        ]
    return [" ".join(text.split()) for text in asked]
