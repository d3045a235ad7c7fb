"""The folder of finished sounds: whole files under the telephone system's names, never full."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from ivr.adapters.speech.folder import SoundFolder
from ivr.core.audio.clip import tone
from ivr.core.audio.telephone import FORMATS
from ivr.services.speech.shelf import ONCE, ShelfFailed


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def later(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*/*"))


def key(number: int) -> str:
    return f"{number:032x}"


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_sound_is_found_again_under_the_name_that_asterisk_uses(
    tmp_path: Path, clock: HandClock, kind: str
) -> None:
    shelf = SoundFolder(tmp_path, clock, seen_as="/asterisk/prompts/", sound_format=kind)
    kept = await shelf.keep(key(1), tone(440, 1.5))
    assert kept.sound.name == f"/asterisk/prompts/01/{key(1)}"
    assert kept.sound.seconds == pytest.approx(1.5)
    assert await shelf.find(key(1)) == kept
    file = tmp_path / "01" / f"{key(1)}.{kind}"
    assert file.stat().st_mode & 0o444 == 0o444
    assert [path.name for path in file.parent.iterdir()] == [file.name]


async def test_asterisk_can_read_whatever_the_service_s_umask_is(tmp_path: Path, clock: HandClock) -> None:
    (tmp_path / "cache").mkdir(mode=0o2750)
    (tmp_path / "cache").chmod(0o2750)
    before = os.umask(0o077)
    try:
        await SoundFolder(tmp_path / "cache", clock).keep(key(1), tone(440, 0.1))
    finally:
        os.umask(before)
    room = (tmp_path / "cache" / "01").stat()
    assert room.st_mode & 0o7777 == 0o2755
    assert (tmp_path / "cache" / "01" / f"{key(1)}.ulaw").stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
async def test_what_root_renders_belongs_to_the_service(tmp_path: Path, clock: HandClock) -> None:
    os.chown(tmp_path, 12345, 12346)
    await SoundFolder(tmp_path, clock).keep(key(1), tone(440, 0.1))
    for path in (tmp_path / "01", tmp_path / "01" / f"{key(1)}.ulaw"):
        assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12346)


async def test_without_another_name_the_folder_has_its_whole_path(
    tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shelf = SoundFolder(Path("data/prompts"), clock, seen_as="data/prompts")
    assert (await shelf.keep(key(1), tone(440, 0.1))).sound.name == f"{tmp_path}/data/prompts/01/{key(1)}"


async def test_sounds_and_pauses_are_joined(tmp_path: Path, clock: HandClock) -> None:
    shelf = SoundFolder(tmp_path, clock)
    for number, hertz in enumerate((400, 700)):
        await shelf.keep(key(number), tone(hertz, 0.5))
    kept = await shelf.join(key(9), [key(0), 0.25, key(1)])
    heard = FORMATS["ulaw"].decode(shelf.path(key(9)).read_bytes())
    assert kept.sound.seconds == heard.seconds == 1.25
    assert np.array_equal(heard.part(0.75).samples, FORMATS["ulaw"].decode(shelf.path(key(1)).read_bytes()).samples)
    with pytest.raises(ShelfFailed):
        await shelf.join(key(8), [key(0), key(5)])


async def test_a_file_that_lost_its_content_is_not_a_sound(tmp_path: Path, clock: HandClock) -> None:
    shelf = SoundFolder(tmp_path, clock)
    await shelf.keep(key(1), tone(440, 0.5))
    os.truncate(shelf.path(key(1)), 0)
    assert await shelf.find(key(1)) is None
    assert (await shelf.keep(key(1), tone(440, 0.5))).sound.seconds == 0.5


async def test_the_least_used_go_first_when_there_are_too_many(tmp_path: Path, clock: HandClock) -> None:
    shelf = SoundFolder(tmp_path, clock, most_bytes=4 * 4000)
    for number in range(10):
        await shelf.keep(key(number), tone(440, 0.5))
        clock.later(1000)
    assert await shelf.tidy({key(0), key(1)}) == set()
    left = {number for number in range(10) if await shelf.find(key(number))}
    assert left == {0, 1, 8, 9}


async def test_what_another_process_used_just_now_stays(tmp_path: Path, clock: HandClock) -> None:
    mine, other = (SoundFolder(tmp_path, clock, most_bytes=1) for _ in range(2))
    await mine.keep(key(1), tone(440, 0.5))
    await mine.keep(key(2), tone(440, 0.5))
    clock.later(5000)
    await other.find(key(2))
    clock.later(60)
    await mine.tidy(set())
    assert await other.find(key(1)) is None
    assert await other.find(key(2))


async def test_sounds_for_one_use_and_old_ones_are_taken_away(tmp_path: Path, clock: HandClock) -> None:
    shelf = SoundFolder(tmp_path, clock)
    await shelf.keep(ONCE + key(1), tone(440, 0.5))
    await shelf.keep(key(2), tone(440, 0.5))
    (tmp_path / "02" / ".new-left-by-a-crash").write_bytes(b"x")
    os.utime(tmp_path / "02" / ".new-left-by-a-crash", (clock.monotonic(), clock.monotonic()))
    clock.later(1000)
    await shelf.tidy(set())
    assert names(tmp_path) == [f"{key(2)}.ulaw"]
    clock.later(100 * 86400)
    await shelf.tidy(set())
    assert names(tmp_path) == []


async def test_what_should_be_there_and_is_not_is_told(tmp_path: Path, clock: HandClock) -> None:
    shelf = SoundFolder(tmp_path, clock)
    await shelf.keep(key(1), tone(440, 0.5))
    await shelf.keep(key(2), tone(440, 0.5))
    shelf.path(key(2)).unlink()
    assert await shelf.tidy({key(1), key(2)}) == {key(2)}


async def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path, clock: HandClock) -> None:
    (tmp_path / "file").touch()
    shelf = SoundFolder(tmp_path / "file", clock)
    with pytest.raises(ShelfFailed, match=r"settings\.prompts\.cache"):
        await shelf.keep(key(1), tone(440, 0.5))


async def test_many_write_one_sound_and_it_is_whole_at_any_time(tmp_path: Path, clock: HandClock) -> None:
    shelves = [SoundFolder(tmp_path, clock) for _ in range(4)]
    kept = await asyncio.gather(*(shelf.keep(key(1), tone(440, 0.5)) for shelf in shelves * 5))
    assert {found.sound.seconds for found in kept} == {0.5}
    assert len(names(tmp_path)) == 1


@pytest.mark.parametrize("bad", ["../../etc/passwd", "", "a/b", "ABC", "x" * 100])
async def test_no_key_leads_out_of_the_folder(tmp_path: Path, clock: HandClock, bad: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        await SoundFolder(tmp_path, clock).find(bad)
