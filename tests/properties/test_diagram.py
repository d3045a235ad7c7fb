"""Whatever a flow is like, its pictures are whole, legible and always the same, and the cheapest way is one."""

from __future__ import annotations

import json
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.flow.diagram.chart import chart
from ivr.core.flow.diagram.mermaid import mermaid
from ivr.core.flow.diagram.svg import svg
from ivr.core.flow.effort import efforts
from ivr.core.flow.load import load
from ivr.core.flow.model import Flow
from tests.core.flow.pictures import leaving, read_mermaid, read_svg

SENTENCES = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"], exclude_characters="{}"), max_size=60
).map(lambda text: f"x {text}")


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Flows of 1 to 12 sections: a caller's answer leads anywhere, everything else to a later section."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 12)))]
    lines = ["flow:"]
    for place, own in enumerate(names):
        lines.append(f"  {own}:")
        for _ in range(draw(st.integers(0, 2))):
            lines.append(f"    - say: {json.dumps(draw(SENTENCES), ensure_ascii=False)}")
        later = st.sampled_from([*names[place + 1 :], "last"])
        if draw(st.booleans()):
            keys = draw(st.lists(st.sampled_from("123456789"), min_size=1, max_size=4, unique=True))
            options = ", ".join(f"{{press: {key}, go: {draw(st.sampled_from(names))}}}" for key in keys)
            lines += ["    - menu: Which one?", f"      options: [{options}]", f"      give_up: {draw(later)}"]
        elif draw(st.booleans()):
            lines += ['    - dial: "2001"', f"      failed: {draw(later)}", "    - hangup"]
        else:
            lines += ['    - if: call.weekday == "sat"', f"      go: {draw(later)}", f"    - go: {draw(later)}"]
    return "\n".join([*lines, "  last:", "    - hangup"])


def _flow(text: str) -> Flow:
    flow, problems = load(text, "x.yaml")
    assert flow is not None, problems.all
    return flow


@settings(max_examples=60)
@given(pages())
def test_every_section_and_exit_is_in_both_pictures_once(page: str) -> None:
    flow = _flow(page)
    picture = chart(flow, "en")
    ways = leaving(flow)
    text = read_mermaid(mermaid(picture))
    assert text.boxes == list(flow.sections)
    assert Counter(text.ways) == Counter({(source, to) for source, _, to in ways})
    drawn = read_svg(svg(picture))
    assert drawn.boxes == list(flow.sections)
    assert Counter(drawn.ways) == Counter(ways)
    areas = [*drawn.areas.values(), *drawn.words]
    for number, one in enumerate(areas):
        for other in areas[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@settings(max_examples=30)
@given(pages())
def test_the_same_page_gives_the_same_bytes(page: str) -> None:
    one, other = _flow(page), _flow(page)
    assert svg(chart(one, "en")) == svg(chart(other, "en"))
    assert mermaid(chart(one, "en")) == mermaid(chart(other, "en"))


@settings(max_examples=60)
@given(pages())
def test_the_cheapest_way_is_a_way_of_the_flow_and_who_knows_it_is_not_slower(page: str) -> None:
    flow = _flow(page)
    steps = {(source, to) for source, _, to in leaving(flow)}
    for effort in efforts(flow, "en"):
        for journey in (effort.first, effort.knows, effort.silent):
            if journey is not None:
                assert journey.path[0] == flow.start
                assert journey.seconds >= 0
                assert set(zip(journey.path, journey.path[1:], strict=False)) <= steps
        assert (effort.first is None) == (effort.knows is None)
        if effort.first is not None and effort.knows is not None:
            assert effort.knows.seconds <= effort.first.seconds
