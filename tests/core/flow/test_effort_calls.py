"""What a flow costs by calculation is what calls on virtual time come to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.core.calls.outcomes import Failed
from ivr.core.calls.verbs import Sentence, Text
from ivr.core.flow.costs import ASKED, KEY, THINKING, Caller
from ivr.core.flow.effort import Interest, Journey, efforts
from ivr.core.flow.model import Flow
from ivr.core.flow.moments import Act, Comes, Doing, Moment, Press
from ivr.core.flow.pace import TYPICAL, spoken
from ivr.core.flow.state import Facts
from ivr.core.flow.virtual import VirtualCall
from tests.core.flow.calls import AT
from tests.core.flow.samples import bundle

SAMPLES = bundle().flows
CALLED = [(name, language) for name in ("main", "utility", "clinic", "shop") for language in ("en", "zh")]


def heard(sentence: Sentence) -> float:
    """Seconds of a sentence as they are calculated, each piece for itself."""
    return sum(
        spoken(piece.text, sentence.language) if isinstance(piece, Text) else TYPICAL["as_is"]
        for piece in sentence.pieces
    )


def rung(flow: Flow, language: str, answers: Callable[[Moment], Act | None]) -> float | None:
    """When somebody is rung for a caller, on a Monday morning; None when nobody ever is."""
    facts = Facts("call_1", "+15551230001", "Ada", "100", AT, language=language)
    call = VirtualCall(flow, facts, seconds=heard)
    talk = call.talk()
    act: Act | None = None
    try:
        while True:
            moment = talk.send(act)
            if moment.doing is Doing.RINGS:
                return call.now
            act = answers(moment)
    except StopIteration:
        return None


def person(flow: Flow, language: str) -> tuple[Journey | None, Journey | None]:
    """The first-time and the silent caller's way to a person."""
    (found,) = (item for item in efforts(flow, language) if item.goal.interest is Interest.PERSON)
    return found.first, found.silent


@pytest.mark.parametrize(("name", "language"), CALLED)
def test_a_silent_call_takes_no_longer_than_was_calculated(name: str, language: str) -> None:
    took = rung(SAMPLES[name], language, lambda moment: None)
    _, silent = person(SAMPLES[name], language)
    assert (took is None) or (silent is not None and took <= silent.seconds + 0.05)
    if name in ("main", "utility"):  # no branch before the person makes it shorter on a Monday morning
        assert took is not None
        assert silent is not None
        assert took == pytest.approx(silent.seconds, abs=0.05)


@pytest.mark.parametrize(("name", "language"), CALLED)
def test_who_hears_all_and_presses_for_a_person_comes_there_when_it_was_calculated(name: str, language: str) -> None:
    def press(moment: Moment) -> Act | None:
        if moment.doing is Doing.CONSULTS:  # in the shop that is the shorter way
            return Comes(Failed("nobody there"), moment.since + ASKED)
        after = moment.since + THINKING + KEY[Caller.FIRST]
        return Press("0", after) if moment.doing is Doing.ANSWERS else None

    took = rung(SAMPLES[name], language, press)
    first, _ = person(SAMPLES[name], language)
    assert first is not None
    assert took == pytest.approx(first.seconds, abs=0.05)
