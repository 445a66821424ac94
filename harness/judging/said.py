"""Whether everything that the client says is in the person's language."""

from __future__ import annotations

import re

from harness.judging.case import Case, Screen, lines_on, quoted
from harness.judging.looks import looks, only_heard, was_there
from harness.judging.spoken import closely
from harness.values.result import Finding

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{3}")
SENTENCE = re.compile(r"[A-Za-z][A-Za-z']+(?:[ ,]+[A-Za-z][A-Za-z']*){2}")
"""Three English words after one another are no name."""
NAME = re.compile(r"[\w.-]*[\d_.@-][\w.@-]*")
"""An account, a file, an address: it is called so in every language."""
MARKS = ".,:;!?…()[]\"'“”"
"""What ends a word and is none of it."""


OTHER_LETTERS = re.compile(r"[\u0370-\u1cff\uac00-\ud7af]")
"""Letters that neither an English nor a Japanese text has: from Greek and Cyrillic to Thai, and Hangul."""
SIMPLIFIED = re.compile(r"[请错误网络连时们这过为务您试论话说问题发现关闭须该还进输键录让]")
"""Letters of simplified Chinese that no Japanese text has."""
OTHER_WORDS = re.compile(
    r"\b(?:und|oder|nicht|bitte|fehler|erneut|nochmals?|versuchen|verbindung|senden|abbrechen|nachricht"
    r"|veuillez|réessayer|erreur|connexion|envoyer|annuler|avec|impossible de|le serveur|une|est survenue"
    r"|por favor|inténtalo|reintentar|intentar|conexión|enviar|cancelar|mensaje|servidor|algo salió"
    r"|erro|tente|novamente"
    r"|riprova|errore|connessione|messaggio|annulla|opnieuw|proberen|verbinding|försök igen|spróbuj)\b",
    re.IGNORECASE,
)
"""Words of Europe's other languages that an error or a button has, and no English text."""


def language(case: Case) -> Finding | None:
    """Every word that the client says is in the person's language; only what others said may be in theirs."""
    for look in looks(case):
        lang = str(look.screen.get("lang") or "")
        if lang and lang.partition("-")[0].lower() != case.locale:
            sentence = f"expected the page to be marked as {case.locale!r} for screen readers, marked as is {lang!r}"
            return Finding("language", False, f"{sentence} ({look.phase})", case.locale, lang)
        found = [*_wrong_texts(case, look.screen), *_foreign(case, look.screen)]
        if found:
            sentence = f"expected every line in {case.locale!r}, shown was {quoted(found)} ({look.phase})"
            return Finding("language", False, sentence, f"every line in {case.locale!r}", " / ".join(found))
    for phase, seen in closely(case):
        for one in seen.get("tongues", ()):
            if one["lang"].partition("-")[0].lower() != case.locale:
                sentence = f"expected {quoted(one['text'])} to be marked as {case.locale!r} for screen readers"
                return Finding("language", False, f"{sentence}, it is as {one['lang']!r} ({phase})", case.locale)
    return Finding("language", True, f"every line is in {case.locale!r}") if was_there(case) else None


def _wrong_texts(case: Case, screen: Screen) -> list[str]:
    """The expected message in another language than the person's."""
    lines = lines_on(screen)
    return [text for text in case.client.other_texts(case.arm.scenario.expect.message, case.locale) if text in lines]


def is_foreign(case: Case, line: str) -> bool:
    """Whether a line has words in it that are in another language than the person's, and nobody else's."""
    return _is_foreign(_without(line, [*_asked(case), *_documented(case)]), case.locale)


def _foreign(case: Case, screen: Screen) -> list[str]:
    quotes = [*screen.get("details", ()), *_asked(case), *_documented(case)]
    said = [*lines_on(screen), *screen.get("others", ()), *(one.get("note", "") for one in screen["messages"])]
    labels = [*screen.get("labels", ()), *only_heard(screen)]
    steady, title = case.history.screen("steady"), str(screen.get("title", ""))
    titles = [title] if steady and title != steady.get("title", "") else []  # a brand is called so everywhere
    return [line for line in [*said, *labels, *titles] if _is_foreign(_without(line, quotes), case.locale)]


def _documented(case: Case) -> list[str]:
    """Texts that the client says alike in every language, as documented."""
    return [case.client.text(name, case.locale) for name in case.client.messages]


def _asked(case: Case) -> list[str]:
    return [text for text in (case.steady_question, case.question, case.final_question) if text]


def _without(line: str, quotes: list[str]) -> str:
    for quote in sorted(quotes, key=len, reverse=True):
        if line and line in quote:
            return ""
        line = line.replace(quote, " ")
    return line


def _is_foreign(line: str, locale: str) -> bool:
    if OTHER_LETTERS.search(line) or SIMPLIFIED.search(line):
        return True
    if locale != "ja":
        return bool(JAPANESE.search(line) or OTHER_WORDS.search(line))
    bare = " ".join(word for word in line.split() if not NAME.fullmatch(word.strip(MARKS)))
    return bool(SENTENCE.search(bare) or (WORD.search(bare) and not JAPANESE.search(bare)))
