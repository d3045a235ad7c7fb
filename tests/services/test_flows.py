"""Which flows calls run while others become live: checked, judged, swapped, refused and taken back."""

from __future__ import annotations

import asyncio
import logging

import pytest

from ivr.adapters.memory.leg import HangUp, Press
from ivr.core.base.errors import FlowError, Refused
from ivr.core.flow.publishing import FlowsPublished
from ivr.services.flows import publisher as publishing
from ivr.services.flows.publisher import Wish
from ivr.services.scope import running
from tests.services.publishing import (
    ANN,
    BROKEN,
    NEW,
    NEWER,
    OLD,
    House,
    Saying,
    opened,
    refused,
    told,
    virtually,
)


def test_a_bad_edit_changes_nothing_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        before = run.live
        async with running(run.publisher.watch()):
            house.folder.write(main=BROKEN)
            await asyncio.sleep(5)
            house.folder.write()  # touched, not changed
            await asyncio.sleep(5)
            assert run.live == before
            assert await run.call(Press(5, "1")) == ["old.", "Press 1 for old.", "Still old."]
            status = await run.publisher.status()
            assert status["folder"]["state"] == "broken"
            assert "flows/main.yaml:7:" in "".join(status["folder"]["findings"])
            assert run.publisher.health()["refused"]
            assert [event.findings for event in refused(house)] == [1]
            assert house.archive.bundles.keys() == {before}
            house.folder.write(main=OLD)
            await asyncio.sleep(5)
            assert (await run.publisher.status())["folder"]["state"] == "same"
            assert not run.publisher.health()["refused"]

    with caplog.at_level(logging.ERROR):
        virtually(main)
    assert sum("flows/main.yaml:7" in record.message for record in caplog.records) == 1


def test_a_folder_that_cannot_be_read_changes_nothing_and_the_next_edit_is_taken() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        before = run.live
        async with running(run.publisher.watch()):
            house.folder.broken = FlowError("a link leads out of the folder")
            house.folder.write(main=NEW)
            await asyncio.sleep(5)
            assert run.live == before
            assert [event.words for event in refused(house)] == ["the flows cannot be run:"]
            house.folder.broken = None
            house.folder.write()
            await asyncio.sleep(5)
            assert run.live != before

    virtually(main)


def test_of_two_quick_edits_the_last_one_wins_and_the_first_is_never_live() -> None:
    async def main() -> None:
        house = House(main=OLD)
        house.voice_takes = 10.0
        run = await opened(house)
        async with running(run.publisher.watch()):
            house.folder.write(main=NEW)
            await asyncio.sleep(5)  # its prompts are being made
            house.folder.write(main=NEWER)
            await asyncio.sleep(30)
        assert await run.call(HangUp(0.1)) == ["newer."]
        assert told(house) == [("started", "the folder"), ("saved", "the folder")]

    virtually(main)


def test_a_publication_waits_for_the_one_on_its_way_and_then_takes_what_is_there() -> None:
    async def main() -> None:
        house = House(main=OLD)
        house.voice_takes = 10.0
        run = await opened(house, on_save=False)
        house.folder.write(main=NEW)
        async with asyncio.TaskGroup() as group:
            first = group.create_task(run.publisher.publish(ANN))
            await asyncio.sleep(5)
            house.folder.write(main=NEWER)
            second = group.create_task(run.publisher.publish(Wish("bob")))
        assert (await first).bundle == (await second).before
        assert told(house)[1:] == [("published", "ann"), ("published", "bob")]
        assert await run.call(HangUp(0.1)) == ["newer."]

    virtually(main)


def test_prompts_are_made_before_flows_become_live() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        house.voice_takes = 10.0
        async with running(run.publisher.watch()):
            house.folder.write(main=NEW)
            await asyncio.sleep(8)
            assert await run.call(HangUp(0.1)) == ["old."]
            await asyncio.sleep(5)
            assert await run.call(HangUp(0.1)) == ["new."]
        assert all(voice.made or name != run.live for name, voice in house.voices.items())

    virtually(main)


def test_a_binding_gate_forbids_what_is_saved_and_says_why() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        gate = Saying(passed=False, words="2 of 3 failed")
        run.publisher._gates = [gate]
        before = run.live
        async with running(run.publisher.watch()):
            house.folder.write(main=NEW)
            await asyncio.sleep(5)
            assert run.live == before
            folder = (await run.publisher.status())["folder"]
            assert (folder["state"], folder["words"]) == ("refused", "scenarios: 2 of 3 failed")
            assert folder["verdicts"] == {"scenarios": {"passed": False, "binding": True, "words": "2 of 3 failed"}}
            assert [event.gate for event in refused(house)] == ["scenarios"]
            assert gate.judged == [(folder["bundle"], before)]

    virtually(main)


def test_a_gate_that_only_advises_does_not_forbid_and_is_kept_in_the_history() -> None:
    async def main() -> None:
        house = House(main=OLD)
        house.gates = [Saying("replay", binding=False, passed=False, words="4 calls would end elsewhere")]
        run = await opened(house)
        async with running(run.publisher.watch()):
            house.folder.write(main=NEW)
            await asyncio.sleep(5)
        [last, _] = await run.library.history(9)
        assert last.bundle == run.live
        assert last.verdicts["replay"] == {"passed": False, "binding": False, "words": "4 calls would end elsewhere"}

    virtually(main)


def test_a_binding_gate_is_overruled_with_a_reason_only_and_the_reason_is_kept() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house, on_save=False)
        run.publisher._gates = [Saying(passed=False, words="2 of 3 failed")]
        house.folder.write(main=NEW)
        with pytest.raises(Refused, match="2 of 3 failed") as no:
            await run.publisher.publish(ANN)
        assert "--because" in no.value.hint
        await run.publisher.publish(Wish("ann", "", "the scenario is wrong"))
        [last, _] = await run.library.history(9)
        assert (last.because, last.bundle) == ("the scenario is wrong", run.live)

    virtually(main)


def test_a_bug_in_a_gate_keeps_the_flows_and_the_service(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        gate = Saying(bug=ZeroDivisionError())
        run.publisher._gates = [gate]
        before = run.live
        async with running(run.publisher.watch()):
            house.folder.write(main=NEW)
            await asyncio.sleep(5)
            assert run.live == before
            gate.bug = None
            house.folder.write(main=NEWER)
            await asyncio.sleep(5)
            assert run.live != before

    with caplog.at_level(logging.ERROR):
        virtually(main)
    assert any("could not be taken in" in record.message for record in caplog.records)


def test_without_on_save_the_folder_is_a_draft_until_it_is_published() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house, on_save=False)
        await run.publisher.watch()  # has nothing to do
        house.folder.write(main=NEW)
        assert (await run.publisher.status())["folder"]["state"] == "draft"
        assert await run.call(HangUp(0.1)) == ["old."]
        done = await run.publisher.publish(ANN)
        assert (done.by, done.note, done.how) == ("ann", "a reason", "published")
        assert await run.call(HangUp(0.1)) == ["new."]
        with pytest.raises(Refused, match="live already"):
            await run.publisher.publish(ANN)
        house.folder.write(main=BROKEN)
        with pytest.raises(FlowError, match=r"main\.yaml:7"):
            await run.publisher.publish(ANN)
        assert await run.call(HangUp(0.1)) == ["new."]

    virtually(main)


def test_a_rollback_stays_until_the_folder_is_changed_again() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        async with running(run.publisher.watch()):
            house.folder.write(main=NEW)
            await asyncio.sleep(5)
            done = await run.publisher.rollback(ANN)
            assert (done.how, done.before) != ("", "")
            house.folder.write()
            await asyncio.sleep(5)
            assert await run.call(HangUp(0.1)) == ["old."]
            assert (await run.publisher.status())["folder"]["state"] == "aside"
            again = await opened(house)  # also after a restart
            assert await again.call(HangUp(0.1)) == ["old."]
            house.folder.write(main=NEWER)
            await asyncio.sleep(5)
            assert await run.call(HangUp(0.1)) == ["newer."]
        assert told(house) == [
            ("started", "the folder"), ("saved", "the folder"), ("rolled_back", "ann"), ("saved", "the folder"),
        ]  # fmt: skip

    virtually(main)


def test_going_back_twice_goes_further_back() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house, on_save=False)
        for text in (NEW, NEWER):
            house.folder.write(main=text)
            await run.publisher.publish(ANN)
        heard = []
        for _ in range(2):
            await run.publisher.rollback(ANN)
            heard += await run.call(HangUp(0.1))
        assert heard == ["new.", "old."]
        with pytest.raises(Refused, match="nothing to go back to"):
            await run.publisher.rollback(ANN)
        [*_, newest] = [
            one.bundle for one in house.events if isinstance(one, FlowsPublished) and one.how == "published"
        ]
        await run.publisher.rollback(ANN, newest[:6])
        assert run.live == newest
        with pytest.raises(Refused, match="no bundle"):
            await run.publisher.rollback(ANN, "ffffffffffff")

    virtually(main)


def test_a_full_disk_keeps_the_flows_that_are_live() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house)
        house.archive.full = True
        async with running(run.publisher.watch()):
            house.folder.write(main=NEW)
            await asyncio.sleep(5)
        assert await run.call(HangUp(0.1)) == ["old."]
        assert [event.words for event in refused(house)] == ["the disk is full"]
        house.archive.full = False
        await run.publisher.publish(ANN)
        assert await run.call(HangUp(0.1)) == ["new."]

    virtually(main)


def test_what_cannot_be_made_in_time_does_not_keep_flows_from_becoming_live() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house, on_save=False)
        house.voice_takes = 100_000.0
        house.folder.write(main=NEW)
        async with asyncio.timeout(1000):
            await run.publisher.publish(ANN)
        assert await run.call(HangUp(0.1)) == ["new."]

    virtually(main)


def test_recordings_are_published_whole_and_not_kept_in_memory() -> None:
    async def main() -> None:
        house = House(main=OLD)
        run = await opened(house, on_save=False)
        house.folder.files["prompts/en/hello.wav"] = b"sound"
        house.folder.write()
        await run.publisher.status()
        await run.publisher.publish(ANN)
        assert house.archive.bundles[run.live]["prompts/en/hello.wav"] == b"sound"
        assert list(run.editions.live.bundle.files) == ["main.yaml"]
        draft = await run.library.look()
        assert draft.bundle
        assert list(draft.bundle.files) == ["main.yaml"]

    virtually(main)


def test_what_is_said_about_a_publication_is_bounded_and_on_one_line() -> None:
    wish = Wish("ann\n" * 1000, "  two\nlines ", "").bounded()
    assert len(wish.by) == publishing.MOST_WORDS
    assert wish.note == "two lines"
