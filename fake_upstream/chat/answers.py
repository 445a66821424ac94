"""What the service answers: a pure function of seed, prompt and how often the answer was regenerated."""

from __future__ import annotations

import hashlib
import random
import re
from functools import lru_cache
from itertools import pairwise

_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uff66-\uff9f]")
_FEWEST, _MOST = 14, 18
_TOPIC = 40

_ENGLISH = (
    "The short version is that it depends on where you start.",
    "Most people try the simple way first, and that is often enough.",
    "A good test is to change one thing at a time and to write down what happens.",
    "It helps to keep the parts small, so that each can be understood alone.",
    "If two explanations fit, prefer the one that you can check today.",
    "Numbers make the difference visible, so measure before and after.",
    "There are exceptions, but they are rarer than they look.",
    "When in doubt, ask someone who has done it before.",
    "The order of the steps matters less than finishing each of them.",
    "Leave some time at the end to look at the whole once more.",
)
_JAPANESE_SENTENCES = (
    "まずは、いちばん簡単な方法から試すのがよいでしょう。",
    "結果は出発点によって変わるので、前提をはっきりさせておきます。",
    "一度に一つだけ変えて、何が起きたかを書き留めてください。",
    "部分を小さく保てば、それぞれを単独で理解できます。",
    "説明が二つあるときは、今日確かめられるほうを選びます。",
    "前と後を数字で比べると、違いがよく見えます。",
    "例外もありますが、思われているほど多くはありません。",
    "迷ったときは、経験のある人に聞くのが近道です。",
    "手順の順番よりも、一つずつ終わらせることが大切です。",
    "最後に全体をもう一度見直す時間を残しておきましょう。",
)


@lru_cache(maxsize=256)
def pieces(seed: int, prompt: str, regenerated: int = 0) -> tuple[str, ...]:
    """The whole answer in the pieces in which it is streamed: 14 to 18, none of them empty."""
    key = f"{seed}\0{regenerated}\0{prompt}".encode()
    chance = random.Random(int.from_bytes(hashlib.sha256(key).digest(), "big"))
    topic = " ".join(prompt.split())[:_TOPIC]
    if _JAPANESE.search(prompt):
        sentences = chance.sample(_JAPANESE_SENTENCES, 4)
        note = f"（控え {chance.randrange(1000, 10000)}）"
        text = f"「{topic}」についてお答えします。{''.join(sentences)}{note}"
        units = list(text)
    else:
        sentences = chance.sample(_ENGLISH, 4)
        text = f"About “{topic}”: {' '.join(sentences)} (Note {chance.randrange(1000, 10000)}.)"
        units = re.findall(r"\S+\s*", text)
    return _split(units, chance.randint(_FEWEST, _MOST))


def _split(units: list[str], count: int) -> tuple[str, ...]:
    edges = [len(units) * i // count for i in range(count + 1)]
    return tuple("".join(units[start:end]) for start, end in pairwise(edges))
