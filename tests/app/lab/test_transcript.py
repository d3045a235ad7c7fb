"""The transcript tells things in the order in which they happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ivr.app.lab.transcript import Transcript
from ivr.core.base.ids import CallId
from ivr.core.calls.events import CallEnded, EndReason, PromptPlayed

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Clock:
    """An instant that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        """The instant."""
        return START + timedelta(seconds=self.seconds)


@pytest.fixture
def clock() -> Clock:
    """Begins at 0."""
    return Clock()


@pytest.fixture
def shown() -> list[str]:
    """What was printed."""
    return []


@pytest.fixture
def transcript(clock: Clock, shown: list[str]) -> Transcript:
    """An empty one."""
    return Transcript(lambda line: shown.append(" ".join(line.split())), clock.now)


def prompt(start: float, end: float) -> PromptPlayed:
    """A prompt that a key stopped."""
    return PromptPlayed(
        at=START + timedelta(seconds=end),
        began_at=START + timedelta(seconds=start),
        call_id=CallId("call_1"),
        section="main",
        index=0,
        language="en",
        text="Press 1.",
        sound="",
        cut_by="1",
    )


def test_a_line_is_shown_a_second_later(transcript: Transcript, clock: Clock, shown: list[str]) -> None:
    transcript.phone("keys", "1")
    transcript.flush()
    assert shown == []
    clock.seconds = 1
    transcript.flush()
    assert shown == ["0:00.0 phone keys 1"]


def test_a_prompt_is_told_before_the_key_that_stopped_it(
    transcript: Transcript, clock: Clock, shown: list[str]
) -> None:
    clock.seconds = 3
    transcript.phone("keys", "1")
    clock.seconds = 3.5
    transcript.event(prompt(1.2, 3.1))
    clock.seconds = 4
    transcript.flush()
    assert shown == ['0:01.2 main heard "Press 1." (cut by 1)', "0:03.0 phone keys 1"]


def test_what_was_not_heard_is_not_said_to_be(transcript: Transcript, shown: list[str]) -> None:
    transcript.event(prompt(0, 1), "NOT HEARD")
    transcript.flush(everything=True)
    assert shown == ['0:00.0 main NOT HEARD "Press 1." (cut by 1)']


def test_times_count_from_the_beginning_of_the_call(transcript: Transcript, clock: Clock, shown: list[str]) -> None:
    transcript.began_at = START + timedelta(seconds=2)
    clock.seconds = 5
    transcript.event(CallEnded(at=clock.now(), call_id=CallId("call_1"), reason=EndReason.COMPLETED, section="main"))
    transcript.flush(everything=True)
    assert shown == ["0:03.0 main end completed"]
