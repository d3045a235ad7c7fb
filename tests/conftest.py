"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.guards import left_tasks_told


@pytest.fixture(scope="session", autouse=True)
def _no_task_is_left_behind() -> Iterator[None]:
    with left_tasks_told():
        yield
