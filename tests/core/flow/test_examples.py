"""The examples of `ivr explain`: each has its mistake and no other, and none when it is mended."""

from __future__ import annotations

import pytest

from ivr.core.flow.codes import CODES
from ivr.core.flow.examples import EXAMPLES, FILE
from tests.core.flow.calls import codes, found


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_has_its_mistake_and_no_other(code: str) -> None:
    assert set(codes(EXAMPLES[code].mistaken)) == {code}


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_mended_example_has_no_finding(code: str) -> None:
    assert found(EXAMPLES[code].mended, FILE) == []


def test_every_finding_about_a_flow_has_an_example_and_every_example_a_finding() -> None:
    assert {code for code in CODES if "F100" <= code < "F130"} <= set(EXAMPLES) <= set(CODES)
