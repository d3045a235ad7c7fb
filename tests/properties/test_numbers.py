"""Whatever is written in ``numbers.yaml`` is read or found; whatever is dialled has an answer or none."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.flow.bundle import read

FLOW = b"flow:\n  a:\n    - say: Hello.\n    - hangup\n"
HOURS = b"support:\n  open: {mon-fri: 09:00-18:00}\n"
KEYS = st.sampled_from(["100", "1xx", "+49*", "+49 30 1", "else", "*", "x", "reception", "1-00", "", "0x1"])
FLOWS = st.sampled_from(["main", "shop", "gone", "", "{", "[main]"])
RULES = st.one_of(
    FLOWS,
    st.tuples(FLOWS, FLOWS).map(lambda two: f"{{hours: support, open: {two[0]}, closed: {two[1]}}}"),
    st.tuples(FLOWS, st.integers(-5, 105)).map(
        lambda two: f"{{share: {{{two[0]}: {two[1]}%, shop: {100 - two[1]}%}}}}"
    ),
    st.text(max_size=20),
)
PAGES = st.lists(st.tuples(KEYS, RULES), max_size=6).map(
    lambda lines: "".join(f'"{key}": {rule}\n' for key, rule in lines)
)
DIALLED = st.one_of(st.text(max_size=20), st.from_regex(r"\+?[0-9]{0,8}", fullmatch=True))


@settings(max_examples=200)
@given(page=PAGES, called=DIALLED, caller=DIALLED, second=st.integers(0, 10**7))
def test_a_page_of_anything_is_read_and_answers(page: str, called: str, caller: str, second: int) -> None:
    content = page.encode("utf-8", "replace")
    found = read({"main.yaml": FLOW, "shop.yaml": FLOW, "hours.yaml": HOURS, "numbers.yaml": content})
    if found.bundle is None:
        assert all(problem.mark.file == "numbers.yaml" for problem in found.problems if problem.code != "F114")
        return
    at = datetime.fromtimestamp(1_700_000_000 + second, UTC)
    chosen = found.bundle.numbers.flow_for(called, caller, at)
    assert chosen is None or chosen.flow in found.bundle.flows
    assert chosen == found.bundle.numbers.flow_for(called, caller, at)
    assert chosen is not None or not found.bundle.numbers.complete
