"""Retention from day to day: what a contract test cannot show."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.core.base.errors import StoreError
from ivr.services.recording import retention
from ivr.services.recording.retention import Days, Expired, apply_daily, apply_retention, delete_file
from ivr.services.scope import running

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class Shelf:
    """A store with recordings only, that can be out of order."""

    def __init__(self, *paths: str) -> None:
        self.due = [Expired(place, f"rec_{place}", path) for place, path in enumerate(paths, 1)]
        self.marked: list[str] = []
        self.rounds = 0
        self.broken = False

    async def expired_recordings(self, before: datetime, after: int, most: int) -> list[Expired]:
        return [one for one in self.due if one.place > after and one.recording_id not in self.marked][:most]

    async def recordings_deleted(self, ids: list[str], at: datetime) -> None:
        self.marked += ids

    async def delete_inputs(self, before: datetime, most: int) -> int:
        if self.broken:
            raise StoreError("the disk is full")
        return 0

    async def delete_calls(self, before: datetime, most: int) -> int:
        self.rounds += 1
        return 0


async def test_a_recording_whose_file_is_gone_already_counts_as_deleted(tmp_path: Path) -> None:
    shelf = Shelf("billing/gone.wav", "no/such/folder/x.wav")
    removed = await apply_retention(shelf, tmp_path, Days(), NOW)
    assert (removed.recordings, removed.failed, shelf.marked) == (2, [], ["rec_1", "rec_2"])


async def test_one_file_that_cannot_be_deleted_is_named_and_the_others_go(tmp_path: Path) -> None:
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "fine.wav").touch()
    shelf = Shelf("folder.wav", "nul\0.wav", "fine.wav")
    removed = await apply_retention(shelf, tmp_path, Days(), NOW)
    assert (removed.recordings, shelf.marked) == (1, ["rec_3"])
    assert len(removed.failed) == 2
    assert "folder.wav" in removed.failed[0]


def test_a_link_is_deleted_and_not_what_it_leads_to(tmp_path: Path) -> None:
    folder, outside = tmp_path / "recordings", tmp_path / "outside.wav"
    folder.mkdir()
    outside.touch()
    (folder / "link.wav").symlink_to(outside)
    assert delete_file(folder, "link.wav") == ""
    assert outside.exists()
    assert os.listdir(folder) == []


async def test_it_is_applied_every_day_also_after_a_bad_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "DAY", 0.001)
    shelf = Shelf()
    shelf.broken = True
    async with running(apply_daily(shelf, tmp_path, Days(), FixedClock())), asyncio.timeout(10):
        while "tried again in a day: the disk is full" not in caplog.text:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)
        assert shelf.rounds == 0
        shelf.broken = False
        while shelf.rounds < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
