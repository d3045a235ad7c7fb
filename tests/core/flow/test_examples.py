"""The examples of `ivr explain`: each has its mistake and no other, and none when it is mended."""

from __future__ import annotations

import pytest

from ivr.core.flow.codes import CODES
from ivr.core.flow.examples import EXAMPLES


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_has_its_mistake_and_no_other(code: str) -> None:
    example = EXAMPLES[code]
    assert {problem.code for problem in example.found(example.mistaken).problems} == {code}


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_mended_example_has_no_finding(code: str) -> None:
    example = EXAMPLES[code]
    assert example.found(example.mended).shown == ()


def test_every_finding_about_a_flow_or_a_queue_has_an_example_and_every_example_a_finding() -> None:
    needed = {code for code in CODES if "F100" <= code < "F130" or "F250" <= code < "F280"}
    assert needed <= set(EXAMPLES) <= set(CODES)
