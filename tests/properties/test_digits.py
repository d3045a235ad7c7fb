"""The collector against a naive reading of its rules, for any keys at any times."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.calls.outcomes import Digits, NoInput
from ivr.core.calls.verbs import Keys
from ivr.core.dialog.digits import Collector

KEYS = "123*#"
QUESTIONS = st.builds(
    Keys,
    choices=st.lists(st.text(KEYS, min_size=1, max_size=4), max_size=4).map(tuple),
    most=st.integers(1, 5),
    end=st.sampled_from(["", "#", "*#"]),
    always=st.sampled_from(["", "*", "1*"]),
    first=st.integers(1, 9).map(float),
    between=st.integers(1, 9).map(float),
)
PRESSES = st.lists(st.tuples(st.sampled_from(KEYS), st.integers(0, 12)), max_size=8)


def timed(presses: list[tuple[str, int]]) -> list[tuple[str, float]]:
    times = accumulate(gap for _, gap in presses)
    return [(key, float(at)) for (key, _), at in zip(presses, times, strict=True)]


def collected(keys: Keys, presses: list[tuple[str, float]], prompt_end: float) -> Digits | NoInput:
    """What comes of the presses when the clock is looked at before each of them, as a session does."""
    collector = Collector(keys)
    answer: Digits | NoInput | None = None
    for key, at in presses:
        if at >= prompt_end:
            answer = collector.prompt_ended(prompt_end)
        answer = answer or collector.expire(at) or collector.key(key, at)
        if answer:
            return answer
    collector.prompt_ended(prompt_end)
    assert collector.deadline is not None
    answer = collector.expire(collector.deadline)
    assert answer is not None
    return answer


def expected(keys: Keys, presses: list[tuple[str, float]], prompt_end: float) -> Digits | NoInput:
    """The rules as one would explain them, by looking at the whole list of presses."""
    for count in range(len(presses) + 1):
        so_far = "".join(key for key, _ in presses[:count])
        last_at = presses[count - 1][1] if count else prompt_end
        quiet_until = max(last_at, prompt_end) + (keys.between if count else keys.first)
        if count == len(presses) or presses[count][1] >= quiet_until:
            return Digits(so_far, "pause") if count else NoInput()
        key = presses[count][0]
        begins_choice = [choice for choice in keys.choices if choice[: count + 1] == so_far + key]
        if count == 0 and key in keys.always:
            return Digits(key, "always")
        if key in keys.end and not begins_choice:
            return Digits(so_far, "end_key")
        if keys.choices and all(choice == so_far + key for choice in begins_choice):
            return Digits(so_far + key, "choice")
        if not keys.choices and count + 1 >= keys.most:
            return Digits(so_far + key, "length")
    raise AssertionError("the last round always returns")


@given(QUESTIONS, PRESSES, st.integers(0, 20))
def test_any_presses_give_the_answer_that_the_rules_say(
    keys: Keys, presses: list[tuple[str, int]], prompt_end: int
) -> None:
    at = timed(presses)
    answer = collected(keys, at, float(prompt_end))
    assert answer == expected(keys, at, float(prompt_end))
    assert answer == collected(keys, at, float(prompt_end))


@given(QUESTIONS, PRESSES)
def test_no_answer_is_longer_than_the_question_allows(keys: Keys, presses: list[tuple[str, int]]) -> None:
    answer = collected(keys, timed(presses), 0.0)
    if isinstance(answer, Digits):
        assert len(str(answer.keys)) <= (max(map(len, keys.choices)) if keys.choices else keys.most)


@given(QUESTIONS, PRESSES)
def test_the_deadline_lies_ahead_and_never_moves_back(keys: Keys, presses: list[tuple[str, int]]) -> None:
    collector = Collector(keys)
    collector.prompt_ended(0.0)
    before = 0.0
    for key, at in timed(presses):
        if collector.expire(at) or collector.key(key, at):
            assert collector.deadline is None
            return
        assert collector.deadline is not None
        assert collector.deadline > at
        if collector.pressed[:-1]:
            assert collector.deadline >= before
        before = collector.deadline
