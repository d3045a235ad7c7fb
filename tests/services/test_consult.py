"""Asking outside in a living call: what the caller hears meanwhile, and what becomes of the question."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from ivr.adapters.memory.leg import HangUp, Press
from ivr.adapters.memory.source import MemorySource
from ivr.core.base.events import to_json
from ivr.core.base.secret import Sealed, Secret
from ivr.core.calls.events import ActionDone, EndReason, PromptPlayed
from ivr.services.ports import SourceFailed
from ivr.services.sources.counted import Counted
from tests.services.calls import EPOCH, Told, call
from tests.virtual_time import run_virtual

PAGE = """
flow:
  ask:
    - fetch: https://crm.example.com/accounts/{call.from}
      as: found
      within: 6s
      meanwhile: One moment, please.
      failed: sorry
    - say: Your balance is {found.balance:money}.
    - go: bye
  sorry:
    - say: Not now.
    - go: bye
  bye:
    - say: Goodbye.
    - hangup
"""
SECRET = PAGE.replace("as: found", "as: found\n      secret: yes").replace(
    "{found.balance:money}.", "{found.balance:money}.\n      allow_secret: the caller's own"
)


def told(source: MemorySource, *script: Any, page: str = PAGE) -> Told:
    """A call through the page with a source that answers so."""
    return call(*script, text=page, sources={"fetch": Counted(source)})


def heard(seen: Told) -> list[str]:
    """The sentences that were played."""
    return [event.text for event in seen.of(PromptPlayed)]


def fetched(seen: Told) -> ActionDone:
    """What came of the fetch."""
    [done] = [event for event in seen.of(ActionDone) if event.kind == "fetch"]
    return done


def test_a_quick_answer_is_used_without_a_word() -> None:
    source = MemorySource({"balance": 12.5}, after=0.6)
    seen = told(source)
    assert heard(seen) == ["Your balance is $12.50.", "Goodbye."]
    assert fetched(seen).detail == {"seconds": 0.6}
    assert source.asked[0]["url"] == "https://crm.example.com/accounts/%2B15551230001"


def test_the_caller_hears_something_when_it_takes_longer() -> None:
    seen = told(MemorySource({"balance": 12.5}, after=1.5))
    assert heard(seen) == ["One moment, please.", "Your balance is $12.50.", "Goodbye."]
    first = seen.of(PromptPlayed)[0]
    assert (first.began_at - EPOCH).total_seconds() == pytest.approx(0.7)
    assert seen.leg.done[0] == "answer"


def test_without_words_for_it_the_caller_waits_in_silence() -> None:
    seen = told(MemorySource({"balance": 1}, after=5), page=PAGE.replace("      meanwhile: One moment, please.\n", ""))
    assert heard(seen) == ["Your balance is $1.00.", "Goodbye."]


def test_keys_that_are_pressed_meanwhile_are_kept() -> None:
    page = PAGE.replace(
        "    - say: Your balance is {found.balance:money}.\n",
        "    - menu: Press 7.\n      options:\n        - {press: 7, go: bye}\n      give_up: sorry\n",
    )
    seen = told(MemorySource({}, after=3), Press(1.0, "7"), page=page)
    assert heard(seen) == ["One moment, please.", "Goodbye."]


@pytest.mark.parametrize(
    ("answer", "after", "reason"),
    [
        (SourceFailed("status 500", "crm.example.com"), 0.1, "status 500"),
        ({"balance": 1}, 60.0, "timeout"),
        ("x" * 70_000, 0.0, "the answer is too large"),
    ],
)
def test_no_answer_goes_the_way_that_the_page_names(answer: Any, after: float, reason: str) -> None:
    source = MemorySource(answer, after)
    seen = told(source)
    assert heard(seen)[-2:] == ["Not now.", "Goodbye."]
    assert fetched(seen).detail["reason"] == reason
    assert fetched(seen).detail["seconds"] == pytest.approx(min(after, 6.0), abs=0.01)
    assert source.left == (after > 6)


def test_a_source_that_nobody_brings_has_failed() -> None:
    seen = call(text=PAGE)
    assert fetched(seen).detail["reason"] == "there is no source 'fetch'"
    assert seen.ended.reason is EndReason.COMPLETED


@pytest.mark.parametrize("after", [0.3, 1.0, 4.0])
def test_a_caller_who_hangs_up_ends_the_question_at_once(after: float) -> None:
    source = MemorySource({"balance": 1}, after=5.5)
    seen = told(source, HangUp(after))
    assert seen.ended.reason is EndReason.CALLER_LEFT
    assert (seen.ended.at - EPOCH).total_seconds() == pytest.approx(after)
    assert source.left == 1


def test_a_secret_answer_is_in_no_event_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen = told(MemorySource({"balance": "424242.42"}), page=SECRET)
    assert heard(seen)[0] == "Your balance is ●●●."
    for shown in [repr(to_json(event)) for event in seen.events] + [record.getMessage() for record in caplog.records]:
        assert "424242" not in shown
        assert "424,242" not in shown


def test_questions_are_counted() -> None:
    async def main() -> None:
        source = MemorySource()
        counted = Counted(source)
        assert await counted.ask({}, 1.0) is None
        source.answer = SourceFailed("status 500")
        with pytest.raises(SourceFailed):
            await counted.ask({}, 1.0)
        source.after = 3.0
        with pytest.raises(SourceFailed, match="timeout"):
            await counted.ask({}, 1.0)
        health = counted.health()
        assert (health.asked, health.failed, health.in_flight, health.last_failure) == (3, 2, 0, "timeout")

    run_virtual(main())


def test_a_source_that_does_not_keep_its_time_is_left_alone() -> None:
    source = MemorySource({"balance": 1}, after=60.0)
    seen = call(text=PAGE, sources={"fetch": source})
    assert fetched(seen).detail["reason"] == "timeout"
    assert (seen.ended.at - EPOCH).total_seconds() < 10
    assert source.left == 1


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ({"card": "4111222233334444"}, {"card": Secret("4111222233334444")}),
        ([{"note": "card 4111222233334444 is lost"}], [{"note": Secret("card 4111222233334444 is lost")}]),
        ({"card": 4111222233334444, "n": 4}, {"card": Secret("4111222233334444"), "n": 4}),
        ({"pin": "0815", "phone": "+49081577"}, {"pin": Secret("0815"), "phone": "+49081577"}),
        ({"ok": True, "none": None}, {"ok": True, "none": None}),
    ],
)
def test_a_secret_of_the_question_is_one_in_the_answer(answer: Any, kept: Any) -> None:
    async def main() -> Any:
        card, pin = Secret("4111222233334444"), Secret("0815")
        request = {"url": Sealed(("https://x/", card)), "send": {"pins": [pin]}}
        return await Counted(MemorySource(answer)).ask(request, 1.0)

    found = run_virtual(main())
    assert found == kept
    assert "4111222233334444" not in repr(found)
