"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.guards import left_tasks_told

# A test does not fail for being slow on a busy machine; what has to be quick is measured in bench/.
settings.register_profile("ivr", deadline=None)
settings.load_profile("ivr")


@pytest.fixture(scope="session", autouse=True)
def _no_task_is_left_behind() -> Iterator[None]:
    with left_tasks_told():
        yield
