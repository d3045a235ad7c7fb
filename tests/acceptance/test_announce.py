"""An emergency announcement on a real Asterisk: who waits hears it at once, who calls hears it first, until it ends."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ivr.app.cli.announce import announce
from ivr.app.lab.lab import Lab
from ivr.app.lab.phone import LabCall, Phones, until
from ivr.core.audio.clip import tone
from ivr.core.audio.level import tone_dbfs
from ivr.core.audio.wav import write_wav
from ivr.core.calls.events import AnnouncementPlayed
from tests.acceptance.listening import Book, Ears, ears

pytestmark = pytest.mark.live

MUSIC = 620  # Hz
DOWN = "All lines are down until noon."
FLOW = """
resume: waiting
flow:
  welcome:
    - say: Please hold the line.
    - go: waiting
  waiting:
    - play: music/calm
      for: 90s
      interruptible: no
    - hangup
"""


@pytest.fixture
def service(lab: Lab) -> Iterator[Book]:
    """The service with a flow in which callers wait with music."""
    shutil.rmtree(lab.plan.folder / "data", ignore_errors=True)  # of an earlier session
    flows = lab.plan.folder / "announce"
    (flows / "prompts" / "music").mkdir(parents=True, exist_ok=True)
    (flows / "main.yaml").write_text(FLOW)
    (flows / "prompts" / "music" / "calm.wav").write_bytes(write_wav(tone(MUSIC, 20.0)))
    settings, kept = lab.plan.settings, lab.plan.settings.read_text()
    before = next(line for line in kept.splitlines() if line.startswith("flows:"))
    settings.write_text(kept.replace(before, f'flows: "{flows}"') + "\ncalls: {stop_grace: 1s}\n")
    lab.start_service()
    try:
        yield Book(lab)
    finally:
        lab.service.stop()
        settings.write_text(kept)


@pytest.fixture
async def caller(service: Book) -> AsyncIterator[Ears]:
    """Ears."""
    async with ears(service.lab.plan.prompts) as listening:
        yield listening


async def _ivr_announce(settings: Path, *words: str) -> str:
    def run() -> Any:
        return CliRunner().invoke(announce, [*words, "--config", str(settings)])

    result = await asyncio.to_thread(run)
    assert result.exit_code == 0, result.output
    return str(result.output)


async def _waiting(bank: Phones, number: str) -> LabCall:
    call = await bank.call("100", caller=number)
    await call.answered()
    return call


def _music_again(call: LabCall, after: float) -> bool | None:
    """True when the last second of what was heard is the flow's music; None when not yet."""
    since = call.sound().received.part(after, call.elapsed)
    last = since.part(max(0.0, since.seconds - 1.0), since.seconds)
    return True if tone_dbfs(last, MUSIC) > -25 else None


async def test_an_announcement_reaches_those_who_wait_and_those_who_call(
    service: Book, bank: Phones, caller: Ears
) -> None:
    lab, settings = service.lab, service.lab.plan.settings
    waiting = await _waiting(bank, "+15550000041")
    await waiting.heard_tone(MUSIC)

    announced_at = waiting.elapsed
    said = await _ivr_announce(settings, DOWN, "--for", "10m", "--by", "ann")
    assert "by 1 call waiting now" in said
    told = await caller.hears(waiting, DOWN, within=8, part=0.9)
    assert announced_at - 0.5 < told.offset_seconds < announced_at + 2.5
    during = waiting.sound().received.part(told.offset_seconds, told.offset_seconds + told.seconds)
    assert tone_dbfs(during, MUSIC) < -40, "the music goes on under the announcement"
    await asyncio.sleep(1.5)
    after = waiting.sound().received.part(told.offset_seconds + told.seconds + 0.5, waiting.elapsed - 0.4)
    assert tone_dbfs(after, MUSIC) > -25, "the music does not go on after the announcement"

    new = await _waiting(bank, "+15550000042")
    in_front = await caller.hears(new, DOWN, within=8, part=0.9)
    words = await caller.hears(new, "Please hold the line.")
    assert in_front.offset_seconds < words.offset_seconds
    await new.hangup()

    await asyncio.to_thread(lab.service.stop)
    back_at = waiting.elapsed
    await asyncio.to_thread(lab.start_service)
    assert "All lines are down" in await _ivr_announce(settings, "list")
    later = await _waiting(bank, "+15550000043")
    await caller.hears(later, DOWN, within=8, part=0.9)
    await later.hangup()
    assert await until(lambda: _music_again(waiting, back_at), 15), "the call that was handed back did not come back"
    since = waiting.sound().received.part(back_at, waiting.elapsed)
    assert await caller.heard(since, DOWN) is None, "a call that came back heard it twice"
    await waiting.hangup()

    assert "ended" in await _ivr_announce(settings, "end")
    last = await _waiting(bank, "+15550000044")
    await caller.hears(last, "Please hold the line.")
    await last.heard_tone(MUSIC)
    assert await caller.heard(last.sound().received, DOWN) is None
    await last.hangup()

    kept = await service.call_of("+15550000041")
    events = await service.events(kept.call_id)
    assert [event.point for event in events if isinstance(event, AnnouncementPlayed)] == ["front"]
