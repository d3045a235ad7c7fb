"""Bundles are kept wholly or not at all, whatever moment a kill chooses, and each recording once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.adapters.files.bundles import BundleFolder
from ivr.core.base.errors import FlowError
from ivr.core.flow.bundle import name_of
from ivr.core.flow.publishing import FlowsPublished
from ivr.services.flows.ports import Live

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SOUND = b"s" * 10_000


def files(words: str) -> dict[str, bytes]:
    """The content of a small bundle."""
    return {"main.yaml": words.encode(), "prompts/en/hello.wav": SOUND, "prompts/en/more/a.wav": b"x"}


def live(name: str, aside: str = "") -> Live:
    """A note of which bundle is live."""
    return Live(FlowsPublished(at=AT, bundle=name, how="published", by="ann", verdicts={"x": {"passed": True}}), aside)


async def kept(folder: BundleFolder, words: str) -> str:
    """A bundle that is kept and live; its name."""
    name = name_of(files(words))
    await folder.keep(name, files(words))
    await folder.set_live(live(name))
    return name


async def test_a_bundle_comes_back_as_it_was(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path / "bundles")
    assert (await folder.names(), await folder.live()) == ([], None)
    name = await kept(folder, "one")
    assert await folder.files(name) == files("one")
    assert await folder.live() == live(name)
    await folder.keep(name, files("one"))
    assert await folder.names() == [name]


async def test_recordings_are_on_the_disk_once(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path)
    one, two = await kept(folder, "one"), await kept(folder, "two")
    first, second = (folder.prompts(name) / "en" / "hello.wav" for name in (one, two))
    assert first.stat().st_ino == second.stat().st_ino
    assert (tmp_path / one / "main.yaml").stat().st_nlink == 1


async def test_the_oldest_bundles_go_but_none_that_is_used_or_live(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path, most=2)
    names = [await kept(folder, f"flows {number}") for number in range(5)]
    await folder.set_live(live(names[0]))  # a rollback far back
    await folder.tidy([names[1]])
    assert set(await folder.names()) == {names[0], names[1], names[4]}
    await folder.tidy([])
    assert set(await folder.names()) == {names[0], names[4]}
    assert len(list((tmp_path / "objects").iterdir())) == 2


async def test_a_recording_that_no_bundle_has_goes(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path, most=1)
    only = {"main.yaml": b"x", "prompts/en/gone.wav": b"gone"}
    await folder.keep(name_of(only), only)
    await kept(folder, "one")
    await folder.tidy([])
    assert {path.read_bytes() for path in (tmp_path / "objects").iterdir()} == {SOUND, b"x"}


async def test_a_damaged_bundle_is_not_given_out_and_is_written_again(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path)
    name = await kept(folder, "one")
    (tmp_path / name / "main.yaml").write_text("two")
    with pytest.raises(FlowError, match="damaged"):
        await folder.files(name)
    await folder.keep(name, files("one"))
    assert await folder.files(name) == files("one")


@pytest.mark.parametrize("name", ["../../etc", "live.json", "objects", "", "ABCDEF123456", "123456789abc/.."])
async def test_only_the_name_of_a_bundle_leads_to_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(FlowError):
        await BundleFolder(tmp_path).files(name)


@pytest.mark.parametrize("name", ["../main.yaml", "/tmp/main.yaml", "prompts/../../x.wav"])
async def test_no_file_of_a_bundle_is_written_outside_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(FlowError, match="no name of a file"):
        await BundleFolder(tmp_path / "bundles").keep("0" * 12, {name: b"x"})
    assert await BundleFolder(tmp_path / "bundles").names() == []


async def test_a_note_that_cannot_be_read_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path)
    await kept(folder, "one")
    (tmp_path / "live.json").write_text("{")
    with pytest.raises(FlowError, match=r"live\.json") as error:
        await folder.live()
    assert "take it out" in error.value.hint


KILLED = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from ivr.adapters.files.bundles import BundleFolder
from ivr.core.flow.bundle import name_of
from ivr.core.flow.publishing import FlowsPublished
from ivr.services.flows.ports import Live

TOUCHES = ("open", "os.rename", "os.link", "os.mkdir", "os.utime")

async def publish(folder, files):
    name = name_of(files)
    await folder.keep(name, files)
    await folder.set_live(Live(FlowsPublished(at=datetime.now(UTC), bundle=name, how="saved")))

def killed_at(moment, where):
    count = 0
    def counted(event, arguments):
        nonlocal count
        if event in TOUCHES and str(where) in str(arguments[0]):
            count += 1
            if count == moment:
                os.kill(os.getpid(), signal.SIGKILL)
    asyncio.run(publish(BundleFolder(where), {"main.yaml": b"old"}))
    sys.addaudithook(counted)
    asyncio.run(publish(BundleFolder(where), {"main.yaml": b"new", "prompts/en/hello.wav": b"new sound"}))
    os._exit(0)

for moment in range(1, 100):
    child = os.fork()
    if not child:
        killed_at(moment, Path(sys.argv[1]) / str(moment))
    _, status = os.waitpid(child, 0)
    print(moment, os.waitstatus_to_exitcode(status), flush=True)
    if not status:
        break
"""


async def test_a_kill_at_any_moment_leaves_the_old_flows_or_the_new_ones(tmp_path: Path) -> None:
    old, new = name_of({"main.yaml": b"old"}), name_of({"main.yaml": b"new", "prompts/en/hello.wav": b"new sound"})
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    told = await asyncio.to_thread(lambda: subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ended = [tuple(map(int, line.split())) for line in told.splitlines()]
    assert [code for _, code in ended] == [-9] * (len(ended) - 1) + [0]
    states = []
    for moment, _ in ended:
        folder = BundleFolder(tmp_path / str(moment))
        now = await folder.live()
        assert now is not None
        assert await folder.files(now.publication.bundle)
        states.append(now.publication.bundle)
        await folder.tidy([])
        left = {path.name for path in (tmp_path / str(moment)).iterdir()} - {"live.json", "objects"}
        assert left <= {old, new}
    change = states.index(new)
    assert states == [old] * change + [new] * (len(states) - change)
    assert change > 8


async def test_bundles_are_in_the_order_in_which_they_were_live(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path)
    one, two = await kept(folder, "one"), await kept(folder, "two")
    for age, name in enumerate((two, one)):
        then = (AT - timedelta(days=age)).timestamp()
        os.utime(tmp_path / name, (then, then))
    assert await folder.names() == [one, two]
    await folder.set_live(live(one))
    assert await folder.names() == [two, one]
