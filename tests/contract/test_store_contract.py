"""What every store promises, asked of each of them with the same words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.store.memory import MemoryStore
from ivr.adapters.store.sqlite import SqliteStore
from ivr.adapters.system.clock import SystemClock
from ivr.core.base.events import Event
from ivr.core.base.ids import CallId, LegId, RecordingId
from ivr.core.base.secret import MASK, Secret
from ivr.core.calls.events import (
    ActionDone,
    AnnouncementPlayed,
    CallEnded,
    CallHandedBack,
    CallReturned,
    CallStarted,
    EndReason,
    InputTaken,
    LegEnded,
    LegStarted,
    PromptPlayed,
    RecordingKept,
)
from ivr.services.insight.calls import Wanted
from ivr.services.recording.retention import Days, apply_retention

Store = SqliteStore | MemoryStore
START = datetime(2026, 11, 22, 10, 4, 6, 120_000, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def started(call: str = "call_1", when: float = 0.0, **other: str) -> CallStarted:
    facts: dict[str, Any] = {
        "caller": "+15551230001",
        "caller_name": "Ann",
        "called": "100",
        "flow": "main",
        "language": "en",
        "channel": f"pbx-{call}",
    }
    return CallStarted(at=at(when), call_id=CallId(call), **(facts | other))


def ended(call: str = "call_1", when: float = 12.4, reason: EndReason = EndReason.COMPLETED) -> CallEnded:
    return CallEnded(at=at(when), call_id=CallId(call), reason=reason, section="bye", detail="by itself")


def done(call: str = "call_1", when: float = 3.0, **other: Any) -> ActionDone:
    facts: dict[str, Any] = {
        "section": "welcome",
        "index": 1,
        "kind": "menu",
        "outcome": "1",
        "to": "billing",
        "detail": {"tries": 1},
    }
    return ActionDone(at=at(when), call_id=CallId(call), began_at=at(when - 1), **(facts | other))


def keyed(call: str = "call_1", when: float = 3.0, value: str = "1", sensitive: bool = False) -> InputTaken:
    place: dict[str, Any] = {"section": "welcome", "index": 1}
    return InputTaken(at=at(when), call_id=CallId(call), mode="keys", value=value, sensitive=sensitive, **place)


def recorded(call: str = "call_1", when: float = 5.0, path: str = "billing/1.wav", one: str = "rec_1") -> RecordingKept:
    about: dict[str, Any] = {"kind": "voicemail", "mailbox": "billing", "path": path}
    return RecordingKept(at=at(when), call_id=CallId(call), recording_id=RecordingId(one), seconds=4.5, **about)


def heard(call: str = "call_1", when: float = 2.0, text: str = "Welcome.", section: str = "welcome") -> PromptPlayed:
    sound: dict[str, Any] = {"language": "en", "text": text, "sound": "cache/1", "cut_by": "1"}
    return PromptPlayed(at=at(when), call_id=CallId(call), began_at=START, section=section, index=0, **sound)


def told(announcement: str, call: str = "call_1", when: float = 7.0) -> AnnouncementPlayed:
    where: dict[str, Any] = {"point": "front", "section": "billing"}
    return AnnouncementPlayed(at=at(when), call_id=CallId(call), announcement_id=announcement, **where)


WHOLE_CALL: list[Event] = [
    started(),
    heard(),
    keyed(),
    done(),
    LegStarted(at=at(4), call_id=CallId("call_1"), leg_id=LegId("leg_1"), role="person", address="PJSIP/200"),
    LegEnded(at=at(6), call_id=CallId("call_1"), leg_id=LegId("leg_1"), status="answered", talked=1.5),
    recorded(),
    told("ann_1", when=7),
    CallHandedBack(at=at(8), call_id=CallId("call_1"), section="billing"),
    CallReturned(at=at(9), call_id=CallId("call_1"), section="main_menu"),
    ended(),
]


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[Store]:
    store = MemoryStore() if kind == "memory" else SqliteStore(folder / "ivr.db", SystemClock())
    async with store:
        yield store


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(request.param, tmp_path) as store:
        yield store


def tell(store: Store, *events: Event) -> None:
    for event in events:
        store.take(event)


async def test_a_call_comes_back_as_it_was_told(store: Store) -> None:
    tell(store, *WHOLE_CALL)
    assert await store.events("call_1") == WHOLE_CALL
    assert await store.events("call_2") == []


async def test_calls_that_were_mixed_come_back_apart(store: Store) -> None:
    tell(store, started("call_1"), started("call_2"), done("call_1"), done("call_2"), ended("call_2"), ended("call_1"))
    assert await store.events("call_1") == [started("call_1"), done("call_1"), ended("call_1")]
    assert await store.events("call_2") == [started("call_2"), done("call_2"), ended("call_2")]


async def test_a_call_ends_once(store: Store) -> None:
    tell(store, started(), ended(), ended(reason=EndReason.FAILED, when=20))
    [call] = await store.calls(Wanted())
    assert (call.reason, call.seconds, call.section) == ("completed", 12.4, "bye")
    assert await store.events("call_1") == [started(), ended()]


async def test_only_the_first_beginning_counts(store: Store) -> None:
    tell(store, started(), started(caller="+4930", when=1))
    assert await store.events("call_1") == [started()]


async def test_what_happened_in_a_call_without_a_beginning_is_kept(store: Store) -> None:
    tell(store, done("call_9"), keyed("call_9"), ended("call_9"))
    assert await store.events("call_9") == [done("call_9"), keyed("call_9"), ended("call_9")]
    [call] = await store.calls(Wanted())
    assert (call.call_id, call.caller, call.reason) == ("call_9", "", "completed")


async def test_a_beginning_that_comes_late_is_filled_in(store: Store) -> None:
    tell(store, done(), started())
    await store.flushed()
    tell(store, done("call_2"))
    await store.flushed()
    tell(store, started("call_2"), ended("call_2"))
    assert [call.caller for call in await store.calls(Wanted())] == ["+15551230001"] * 2
    assert await store.events("call_2") == [done("call_2"), started("call_2"), ended("call_2")]


async def test_what_is_no_news_of_a_call_is_let_pass(store: Store) -> None:
    tell(store, Event(at=START), started())
    assert len(await store.calls(Wanted())) == 1


async def test_a_sensitive_input_is_kept_as_the_mask(store: Store) -> None:
    tell(store, started(), keyed(value="4111", sensitive=True), done(detail={"card": Secret("4111")}))
    _, taken, action = await store.events("call_1")
    assert isinstance(taken, InputTaken)
    assert isinstance(action, ActionDone)
    assert (taken.value, taken.sensitive, action.detail) == (MASK, True, {"card": MASK})


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien",
        '"Ann", <1>',
        "a\0b",
        "☎️ 艾克米",
        "'); drop table calls; --",
        "${CALLERID(num)}",
        "%_*?[",
        "a\nb\r\x1b[2J",
    ],
)
async def test_a_caller_may_be_called_anything(store: Store, name: str) -> None:
    tell(store, started(caller_name=name), ended())
    assert (await store.events("call_1"))[0] == started(caller_name=name)
    assert [call.caller_name for call in await store.calls(Wanted(caller=name))] == [name]


async def test_half_a_character_in_a_name_is_replaced(store: Store) -> None:
    tell(store, started(caller_name="a\udc80b"), done(detail={"name": "\ud83d"}), ended())
    [call] = await store.calls(Wanted())
    assert (call.caller_name, call.reason) == ("a?b", "completed")


async def test_a_very_long_text_is_cut(store: Store) -> None:
    tell(store, started(caller_name="x" * 1_000_000), done(detail={"answer": "y" * 1_000_000}))
    first, second = await store.events("call_1")
    assert isinstance(first, CallStarted)
    assert isinstance(second, ActionDone)
    assert len(first.caller_name) == 4000
    assert len(second.detail["cut"]) == 4000


async def test_open_calls_know_the_last_section(store: Store) -> None:
    tell(store, started("call_1"), heard("call_1"), done("call_1", to="billing"))
    tell(store, started("call_2"), done("call_2", to=""), heard("call_2", section="goodbye"))
    tell(store, started("call_3"), ended("call_3"), started("call_4"))
    found = [(call.call_id, call.channel, call.section, call.language) for call in await store.open_calls()]
    assert found == [
        ("call_1", "pbx-call_1", "billing", "en"),
        ("call_2", "pbx-call_2", "goodbye", "en"),
        ("call_4", "pbx-call_4", "", "en"),
    ]


async def test_a_call_that_returned_is_open_until_it_ends(store: Store) -> None:
    tell(store, *WHOLE_CALL[:-1])
    call = await store.open_call("pbx-call_1")
    assert call is not None
    assert (call.call_id, call.section) == ("call_1", "main_menu")
    tell(store, ended())
    assert await store.open_call("pbx-call_1") is None
    assert await store.open_call("nobody") is None


async def test_calls_are_listed_newest_first_and_as_wanted(store: Store) -> None:
    tell(store, started("call_1"), ended("call_1", reason=EndReason.CALLER_LEFT))
    tell(store, started("call_2", when=60, caller="+4930777", caller_name="Bob"), ended("call_2", when=90))
    tell(store, started("call_3", when=120, called="200"))

    async def ids(wanted: Wanted) -> list[str]:
        return [call.call_id for call in await store.calls(wanted)]

    assert await ids(Wanted()) == ["call_3", "call_2", "call_1"]
    assert await ids(Wanted(limit=1)) == ["call_3"]
    assert await ids(Wanted(since=at(60))) == ["call_3", "call_2"]
    assert await ids(Wanted(caller="777")) == ["call_2"]
    assert await ids(Wanted(caller="bOB")) == ["call_2"]
    assert await ids(Wanted(called="200")) == ["call_3"]
    assert await ids(Wanted(called="20")) == []
    assert await ids(Wanted(reason=EndReason.CALLER_LEFT)) == ["call_1"]
    assert await ids(Wanted(open_only=True)) == ["call_3"]


async def test_a_call_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    tell(store, started("call_01JA"), started("call_01JB"), started("call_02"))
    assert await store.ids("call_01") == ["call_01JA", "call_01JB"]
    assert await store.ids("01JB") == ["call_01JB"]
    assert await store.ids("call_0%") == []
    assert await store.ids("", most=2) == ["call_01JA", "call_01JB"]


async def test_retention_deletes_each_kind_after_its_days(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    (folder / "billing").mkdir(parents=True)
    file = folder / "billing" / "1.wav"
    file.write_bytes(b"RIFF")
    collected = done(when=5, kind="collect", outcome="collected", detail={"as": "account", "value": "1234567"})
    tell(store, *WHOLE_CALL[:-1], collected, ended(), started("call_2"), keyed("call_2"))
    await store.flushed()
    days = Days(calls=30, inputs=10, recordings=20)

    nothing = await apply_retention(store, folder, days, START + timedelta(days=9))
    assert (nothing.calls, nothing.inputs, nothing.recordings) == (0, 0, 0)
    inputs = await apply_retention(store, folder, days, START + timedelta(days=11))
    assert (inputs.calls, inputs.inputs, inputs.recordings) == (0, 3, 0)
    assert not any(isinstance(event, InputTaken) for event in await store.events("call_1"))
    details = [event.detail for event in await store.events("call_1") if isinstance(event, ActionDone)]
    assert details == [{"tries": 1}, {}]
    assert file.exists()
    recordings = await apply_retention(store, folder, days, START + timedelta(days=21))
    assert (recordings.calls, recordings.inputs, recordings.recordings) == (0, 0, 1)
    assert not file.exists()
    calls = await apply_retention(store, folder, days, START + timedelta(days=31))
    assert (calls.calls, calls.recordings) == (1, 0)
    # A call that is still open is never deleted.
    assert [call.call_id for call in await store.calls(Wanted())] == ["call_2"]
    assert await store.events("call_1") == []


async def test_retention_of_nought_days_is_for_ever(store: Store, tmp_path: Path) -> None:
    tell(store, *WHOLE_CALL)
    await store.flushed()
    removed = await apply_retention(store, tmp_path, Days(0, 0, 0), START + timedelta(days=10_000))
    assert (removed.calls, removed.inputs, removed.recordings) == (0, 0, 0)
    assert await store.events("call_1") == WHOLE_CALL


async def test_a_call_stays_as_long_as_its_recording(store: Store, tmp_path: Path) -> None:
    tell(store, *WHOLE_CALL)
    await store.flushed()
    kept = await apply_retention(store, tmp_path, Days(1, 1, 0), START + timedelta(days=400))
    assert (kept.calls, kept.inputs) == (0, 1)
    gone = await apply_retention(store, tmp_path, Days(1, 1, 1), START + timedelta(days=400))
    assert (gone.calls, gone.recordings) == (1, 1)


@pytest.mark.parametrize("path", ["../outside.wav", "billing/../../outside.wav", "{outside}", "", ".", "link/x.wav"])
async def test_retention_deletes_no_file_outside_the_recordings(store: Store, tmp_path: Path, path: str) -> None:
    folder, elsewhere = tmp_path / "recordings", tmp_path / "elsewhere"
    (folder / "billing").mkdir(parents=True)
    elsewhere.mkdir()
    (folder / "link").symlink_to(elsewhere)
    outside = [tmp_path / "outside.wav", elsewhere / "x.wav"]
    for file in outside:
        file.write_bytes(b"not yours")
    inside = folder / "billing" / "2.wav"
    inside.write_bytes(b"due")
    tell(store, started(), recorded(path=path.format(outside=outside[0])), ended())
    tell(store, recorded(path="billing/2.wav", one="rec_2"))
    await store.flushed()
    removed = await apply_retention(store, folder, Days(1, 1, 1), START + timedelta(days=400))
    assert all(file.exists() for file in outside)
    assert not inside.exists()
    assert (len(removed.failed), removed.recordings, removed.calls) == (1, 1, 0)


async def test_what_was_left_of_a_call_without_beginning_and_end_does_not_stay_for_ever(
    store: Store, tmp_path: Path
) -> None:
    tell(store, done("call_9"), started("call_1"), done("call_1"))
    await store.flushed()
    removed = await apply_retention(store, tmp_path, Days(1, 1, 1), START + timedelta(days=2))
    assert removed.calls == 1
    assert [call.call_id for call in await store.calls(Wanted())] == ["call_1"]


async def test_many_calls_are_deleted_in_several_goes(store: Store, tmp_path: Path) -> None:
    for number in range(250):
        tell(store, started(f"call_{number}"), keyed(f"call_{number}"), ended(f"call_{number}"))
    await store.flushed(10)
    removed = await apply_retention(store, tmp_path, Days(1, 1, 1), START + timedelta(days=2))
    assert (removed.calls, removed.inputs) == (250, 250)
    assert await store.calls(Wanted()) == []
