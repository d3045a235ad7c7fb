"""What holds for the conduct of calls: it never blocks the event loop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.guards import blocking_calls_told


@pytest.fixture(autouse=True)
def _nothing_blocks() -> Iterator[None]:
    with blocking_calls_told():
        yield
