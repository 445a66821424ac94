"""What the service answers depends on seed, prompt and count of regenerations, and on nothing else."""

from __future__ import annotations

import pytest

from fake_upstream.chat.answers import pieces


def test_the_same_question_gets_the_same_answer() -> None:
    assert pieces(7, "Why is the sky blue?") == pieces(7, "Why is the sky blue?")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param((8, "Why is the sky blue?", 0), id="seed"),
        pytest.param((7, "Why is the sea blue?", 0), id="prompt"),
        pytest.param((7, "Why is the sky blue?", 1), id="regenerated"),
    ],
)
def test_each_part_of_the_question_counts(other: tuple[int, str, int]) -> None:
    assert "".join(pieces(7, "Why is the sky blue?", 0)) != "".join(pieces(*other))


def test_regenerating_twenty_times_gives_twenty_answers() -> None:
    assert len({"".join(pieces(0, "Again, please.", n)) for n in range(20)}) == 20


@pytest.mark.parametrize("prompt", ["?", "What is a fjord?", "富士山の高さは？", "<b>" * 4000, "a\n\nb"])
def test_an_answer_has_about_sixteen_pieces_none_of_them_empty(prompt: str) -> None:
    made = pieces(0, prompt)
    assert 14 <= len(made) <= 18
    assert all(made)


def test_the_answer_is_in_the_language_of_the_question() -> None:
    assert "お答えします" in "".join(pieces(0, "カタカナ"))
    assert "About" in "".join(pieces(0, "romaji"))


def test_the_pieces_of_a_known_question_stay_as_they_are() -> None:
    """Recorded runs can be compared only while this holds."""
    made = pieces(0, "hello")
    assert (len(made), made[0], made[-1]) == (14, "About “hello”: Leave ", "it before. (Note 8353.)")
