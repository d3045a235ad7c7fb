"""A lab for the tests: a real Asterisk with a bank of real phones, on ports of its own, once a session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from ivr.app.lab.lab import Lab, new_lab
from ivr.app.lab.phone import Phones, phones
from ivr.app.lab.reserve import reserved

TREE = Path(__file__).parents[2]
HOME = TREE / ".lab"

_failed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder is a live one: it says so itself, or this fails."""
    for item in items:
        if Path(__file__).parent in item.path.parents and "lab" in getattr(item, "fixturenames", ()):
            assert item.get_closest_marker("live"), f"{item.nodeid} uses the lab: mark it `live`"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.session.stash[_failed] = True
    return report


@pytest.fixture(scope="session")
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """The PBX and the phones, without the service."""
    with reserved() as offset:
        lab = new_lab(HOME, f"test-{offset}", offset=offset)
        lab.down()  # what a session that was killed has left
        lab.up(flows=TREE / "flows", service=False)
        try:
            yield lab
        finally:
            lab.down()
            if request.session.stash.get(_failed, False):
                for file in sorted(lab.plan.folder.glob("log/*.log")):
                    print(f"--- {file}\n{file.read_text(errors='replace')[-4000:]}")
                for kind in ("pbx", "bank"):
                    log = lab.plan.outside(kind, "state", "log", "messages")
                    print(f"--- {log}\n{log.read_text(errors='replace')[-4000:]}")


@pytest.fixture
async def bank(lab: Lab) -> AsyncIterator[Phones]:
    """The phone bank, worked from the test."""
    async with phones(lab) as bank:
        yield bank
