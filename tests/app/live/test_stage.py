"""The world of a live scenario is what the scenario gives."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from ivr.adapters.memory.leg import HangUp, MemoryLeg, Press
from ivr.adapters.memory.voice import MemoryVoice
from ivr.app.live.run import unlivable
from ivr.app.live.stage import PHONES, TALKS, GivenAnnouncements, GivenNumbers, GivenSource, LiveCall, Shifted
from ivr.core.calls.events import CallEnded, EndReason, LegStarted, RecordingKept
from ivr.core.calls.outcomes import Dialled, DialStatus, Digits, NoInput, Recorded, Said
from ivr.core.flow.scenario.given import Answers
from ivr.core.flow.scenario.play import World, announcing
from ivr.services.calls.session import Call
from ivr.services.ports import SourceFailed
from tests.core.flow.scenario.scenes import bundle, played
from tests.core.flow.scenario.test_queued import waited
from tests.virtual_time import run_virtual


def test_a_source_answers_and_fails_as_given() -> None:
    given = "given: {fetch: {accounts: [{balance: 1}, failed status 503]}}"
    source = GivenSource("fetch", Answers(played("presses: 9", given).scenario.given))

    async def asked() -> None:
        assert await source.ask({"url": "https://x.example.com/accounts/1"}, 5) == {"balance": 1}
        with pytest.raises(SourceFailed) as failed:
            await source.ask({"url": "https://x.example.com/accounts/1"}, 5)
        assert failed.value.reason == "status 503"
        with pytest.raises(SourceFailed, match="no answer"):
            await source.ask({"url": "https://x.example.com/orders"}, 5)

    run_virtual(asked())


def test_each_number_is_the_phone_that_does_what_comes_next() -> None:
    numbers = GivenNumbers([DialStatus.BUSY, DialStatus.REFUSED, DialStatus.ANSWERED])
    assert [numbers.address("1001") for _ in range(4)] == [
        PHONES[DialStatus.BUSY],
        None,
        PHONES[DialStatus.ANSWERED],
        TALKS,
    ]


def test_what_is_announced_is_in_the_callers_language() -> None:
    one = played("presses: 9", "given: {announce: {front: {en: Closed, zh: 休息}}}").scenario
    announced = GivenAnnouncements(announcing(one))
    assert [sentence.text for _, sentence in announced.in_force("main", "front", "zh")] == ["休息"]
    assert announced.in_force("main", "other", "zh") == []


def test_the_time_of_day_is_that_of_the_scenario() -> None:
    at = datetime(2020, 1, 1, 9, tzinfo=UTC)
    assert abs((Shifted(at).now() - at).total_seconds()) < 60


def test_what_nobody_can_bring_about_is_skipped() -> None:
    assert unlivable(played("presses: 2\nrecords: failed")) == "nothing can make a recording fail"
    assert unlivable(played("presses: 0\ndialled: failed")) == "nothing can make dialling fail"
    assert unlivable(played("presses: 0\ndialled: busy")) == ""
    assert unlivable(played("hears: something else")).startswith("it differs on virtual time already")


def test_no_agents_take_part_in_a_live_scenario() -> None:
    wanted = "it comes to a queue, and no agents take part in live scenarios yet"
    assert unlivable(waited("queued: answered")) == wanted
    assert unlivable(waited("waits: 20s\npresses: 1")) == wanted


def test_a_call_runs_in_the_world_of_its_scenario() -> None:
    one = played("presses: 0\ndialled: busy\nleaves: words", "at: 2026-11-23 17:30", "from: '+15550001111'")

    async def call() -> LiveCall:
        live = LiveCall(one, World(bundle().flows), MemoryVoice())
        assert live.seen(0).ended == ""
        await live.take(MemoryLeg([Press(0.5, "0"), Press(40, "#"), HangUp(80)]))
        return live

    live = run_virtual(call())
    assert [event.address for event in live.of(LegStarted)] == ["1001"]
    assert [event.mailbox for event in live.of(RecordingKept)] == []
    [ended] = live.of(CallEnded)
    assert ended.reason is EndReason.COMPLETED
    assert ended.at.date().isoformat() == "2026-11-23"
    seen = live.seen(0)
    assert (seen.ended, seen.dialled, seen.language) == ("completed", ("1001",), "en")
    assert "desk" in seen.sections
    assert live.said(0)[0] == "Welcome to the clinic."
    assert live.dialled == [DialStatus.ANSWERED], "the caller in memory is connected, whatever is rung"


def test_what_waited_in_vain_and_what_was_dialled_is_counted() -> None:
    live = LiveCall(played("presses: 9"), World(bundle().flows), MemoryVoice())
    assert (live.silences, live.dialled) == (0, [])
    told = [NoInput(), Said(""), Dialled(DialStatus.REFUSED), Recorded("", 4.0, "silence"), Digits("1", "complete")]
    live.call = cast(Call, SimpleNamespace(told=told))
    assert (live.silences, live.dialled) == (2, [DialStatus.REFUSED])
