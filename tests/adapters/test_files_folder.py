"""A folder of flows is read whole, as it was at one moment, and nothing outside it is read."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.adapters.files import folder as reading
from ivr.adapters.files.folder import MOST_PAGE, MOST_SOUND, read_whole
from ivr.adapters.files.watch import WatchedFolder
from ivr.core.base.errors import FlowError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a flow and a recording."""
    home = tmp_path / "flows"
    (home / "prompts" / "en").mkdir(parents=True)
    (home / "main.yaml").write_text("flow: {}\n")
    (home / "prompts" / "en" / "hello.wav").write_bytes(b"sound")
    return home


def names(folder: Path) -> list[str]:
    """What is read of a folder."""
    return list(read_whole(folder)[0])


def test_pages_calendars_and_recordings_are_read_and_what_is_hidden_or_left_by_an_editor_is_not(folder: Path) -> None:
    for name in (".main.yaml.swp", "main.yaml~", "#main.yaml#", ".hidden.yaml", "notes.txt", "prompts/.x.wav"):
        (folder / name).write_text("x")
    (folder / "more").mkdir()
    (folder / "more" / "other.yaml").write_text("x")
    (folder / "holidays.ics").write_text("x")
    (folder / "old.yml").write_text("x")
    assert names(folder) == ["holidays.ics", "main.yaml", "old.yml", "prompts/en/hello.wav"]
    assert read_whole(folder)[0]["prompts/en/hello.wav"] == b"sound"


def _leads_out(path: Path) -> None:
    outside = path.parents[1] / "outside.yaml"
    outside.write_text("secret: yes\n")
    path.symlink_to(outside)


def _leads_nowhere(path: Path) -> None:
    path.symlink_to(path.parent / "gone")


def _circle(path: Path) -> None:
    path.symlink_to(path)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MOST_PAGE + 1)


@pytest.mark.parametrize("spoil", [_leads_out, _leads_nowhere, _circle, _pipe, _folder, _large])
def test_a_page_that_is_none_keeps_the_folder_from_being_read(folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(folder / "other.yaml")
    with pytest.raises(FlowError, match=r"other\.yaml"):
        read_whole(folder)


@pytest.mark.parametrize("spoil", [_leads_nowhere, _circle, _pipe])
def test_a_recording_that_is_none_is_left_out(folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(folder / "prompts" / "en" / "other.wav")
    with (folder / "prompts" / "en" / "huge.wav").open("wb") as file:
        file.truncate(MOST_SOUND + 1)
    (folder / "prompts" / "en" / "outside.wav").symlink_to(Path("/etc/hostname"))
    assert names(folder) == ["main.yaml", "prompts/en/hello.wav"]


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "other.yaml").symlink_to("main.yaml")
    assert read_whole(folder)[0]["other.yaml"] == b"flow: {}\n"


def test_no_more_files_and_bytes_are_read_than_are_bearable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(FlowError, match="more than 10 bytes"):
        read_whole(folder)
    monkeypatch.setattr(reading, "MOST_FILES", 1)
    with pytest.raises(FlowError, match="more than 1 files"):
        read_whole(folder)


def test_a_folder_that_is_not_there_is_told_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(FlowError) as error:
        read_whole(tmp_path / "none")
    assert "flows:" in error.value.hint


def test_what_changes_while_it_is_read_is_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second = folder / "second.yaml"
    second.write_text("old")
    real, calls = reading._content, []

    def changing(path: Path, most: int) -> bytes:
        content = real(path, most)
        calls.append(path.name)
        if len(calls) == 1:  # the first page was read, now somebody writes both
            (folder / "main.yaml").write_text("flow: {new: }\n")
            second.write_text("newer")
        return content

    monkeypatch.setattr(reading, "_content", changing)
    monkeypatch.setattr(reading, "BETWEEN_TRIES", 0)
    files, stamp = read_whole(folder)
    assert files["main.yaml"] == b"flow: {new: }\n"
    assert files["second.yaml"] == b"newer"
    assert stamp == reading.stamp(folder)
    assert len(calls) == 6


def test_a_folder_that_never_comes_to_rest_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BETWEEN_TRIES", 0)
    real, count = reading._content, iter(range(1000))

    def changing(path: Path, most: int) -> bytes:
        (folder / "main.yaml").write_text("x" * next(count))
        return real(path, most)

    monkeypatch.setattr(reading, "_content", changing)
    with pytest.raises(FlowError, match="changes all the time"):
        read_whole(folder)


async def test_a_change_is_told_when_nobody_writes_any_more(folder: Path) -> None:
    watched = WatchedFolder(folder, every=0.01, settled=0.05)
    seen = (await watched.read()).stamp
    assert await watched.stamp() == seen

    async def write() -> None:
        for number in range(5):
            (folder / "main.yaml").write_text("flow: " + "x" * number)
            await asyncio.sleep(0.02)
        (folder / "main.yaml").write_text("flow: {done: }\n")

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(write())
        told = await watched.changed(seen)
    assert (await watched.read()).files["main.yaml"] == b"flow: {done: }\n"
    assert told == await watched.stamp()


async def test_a_folder_that_cannot_be_looked_at_is_a_change_and_so_is_its_return(folder: Path) -> None:
    watched = WatchedFolder(folder, every=0.01, settled=0.01)
    seen = await watched.stamp()
    away = folder.with_name("away")
    await asyncio.to_thread(folder.rename, away)
    async with asyncio.timeout(5):
        gone = await watched.changed(seen)
        await asyncio.to_thread(away.rename, folder)
        assert await watched.changed(gone) == seen
