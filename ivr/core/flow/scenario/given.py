"""What sources answer in one run of a scenario."""

from __future__ import annotations

from typing import Any

from ivr.core.flow.scenario.model import Given


class Answers:
    """Finds the answer to a request; one that has several gives them one after the other, the last for ever."""

    def __init__(self, given: Given) -> None:
        self._given = given.answers
        self._given_so_far = [0] * len(self._given)

    def to(self, source: str, text: str) -> tuple[Any, ...]:
        """The answer (a `Refusal` when it fails) as the only item, or nothing when none was given."""
        for number, answer in enumerate(self._given):
            if answer.source == source and answer.text in text:
                turn = min(self._given_so_far[number], len(answer.values) - 1)
                self._given_so_far[number] += 1
                return (answer.values[turn],)
        return ()
