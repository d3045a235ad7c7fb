"""Pictures of flows: nothing of the model is missing, nothing is there twice, and any sentence is safe."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ivr.core.flow.bundle import read
from ivr.core.flow.diagram.chart import Chart, chart
from ivr.core.flow.diagram.layout import Link, Size, layout
from ivr.core.flow.diagram.mermaid import escaped, mermaid
from ivr.core.flow.diagram.svg import svg
from ivr.core.flow.load import load
from ivr.core.flow.model import Flow
from tests.core.flow.pictures import leaving, read_mermaid, read_svg
from tests.core.flow.samples import bundle

NASTY = '"quoted" [b] (r) {{x}} #1; <b>&amp;</b> `code` | \\ 1. end --> 账单；%% style'
SAMPLES = bundle().flows


def flow_of(text: str) -> Flow:
    """The flow of a page without errors."""
    flow, problems = load(text, "x.yaml")
    assert flow is not None, problems.all
    return flow


def flows() -> list[Flow]:
    """The sample flows."""
    return list(SAMPLES.values())


@pytest.mark.parametrize("flow", flows(), ids=lambda flow: flow.name)
def test_every_section_and_every_exit_is_in_the_pictures_once(flow: Flow) -> None:
    for language in flow.languages:
        picture = chart(flow, language)
        text = read_mermaid(mermaid(picture))
        assert sorted(text.boxes) == sorted(flow.sections)
        assert sorted(text.ways) == sorted({(source, to) for source, _, to in leaving(flow)})
        drawn = read_svg(svg(picture))
        assert sorted(drawn.boxes) == sorted(flow.sections)
        assert sorted(drawn.ways) == sorted(leaving(flow))


def test_a_way_says_the_key_and_what_it_is_for_the_condition_or_the_outcome() -> None:
    flow = flow_of(
        """
flow:
  a:
    - menu: Billing or help?
      options: [{press: 1, tag: billing, go: b}, {press: 2, say: technical help, go: b}, {press: 3, go: c}]
      give_up: c
  b:
    - if: call.weekday == "sat"
      go: c
      else: a
  c:
    - hangup
"""
    )
    labels = {(way.section, way.outcome): way.label for way in chart(flow, "en").ways}
    assert labels == {
        ("a", "option 1"): "1 billing",
        ("a", "option 2"): "2 technical help",
        ("a", "option 3"): "3",
        ("a", "give_up"): "give_up",
        ("b", "yes"): 'if call.weekday == "sat"',
        ("b", "no"): "else",
        ("c", "ended"): "",
    }


def test_a_box_says_what_happens_in_few_words_in_the_language_asked_for() -> None:
    flow = flow_of(
        "languages: [en, zh]\nflow:\n  a:\n"
        '    - say: {en: "Hello {call.from:phone}. Goodbye.", zh: 您好。再见。}\n'
        "    - set: {n: 1, m: 2}\n    - hangup\n"
    )
    (box,) = chart(flow, "en", {"a": "12 calls"}).boxes
    assert [(row.kind, row.text) for row in box.rows] == [("say", "Hello {call.from}."), ("set", "n, m")]
    assert (box.mark, box.ends, box.person) == ("12 calls", True, False)
    assert chart(flow, "zh").boxes[0].rows[0].text == "您好。"
    assert "12 calls" in svg(chart(flow, "en", {"a": "12 calls"}))
    assert "12 calls" in mermaid(chart(flow, "en", {"a": "12 calls"}))


def nasty() -> Chart:
    """The chart of a flow whose sentences hold everything that means something somewhere."""
    sentence = NASTY.replace("'", "''")
    return chart(
        flow_of(
            f"about: '{sentence}'\nflow:\n  end:\n    - say: '{sentence}'\n    - menu: '{sentence}'\n"
            f"      options: [{{press: 1, tag: '{sentence}', go: end}}, {{press: 2, go: style}}]\n"
            "      give_up: style\n  style:\n    - hangup\n"
        ),
        "en",
        {"end": NASTY},
    )


def test_any_sentence_is_safe_in_mermaid() -> None:
    text = mermaid(nasty())
    found = read_mermaid(text)
    assert found.boxes == ["end", "style"]
    assert "<b>&" not in text
    assert '"quoted' not in text
    assert found.texts["end"][1].startswith('say "quoted" [b] (r) {x} #1; <b>')


def test_any_sentence_is_safe_in_svg() -> None:
    root = ElementTree.fromstring(svg(nasty()))
    texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert NASTY in texts  # what the flow is about, whole
    assert escaped('"]#;') == "#34;#93;#35;#59;"


def test_a_picture_needs_nothing_from_elsewhere() -> None:
    for flow in flows():
        text = svg(chart(flow, flow.languages[0]))
        assert "<script" not in text
        assert "@import" not in text
        assert text.count("http") == 1  # the name of SVG itself


@pytest.mark.parametrize("flow", flows(), ids=lambda flow: flow.name)
def test_boxes_and_words_stand_apart(flow: Flow) -> None:
    drawn = read_svg(svg(chart(flow, flow.languages[0])))
    areas = [*drawn.areas.values(), *drawn.words]
    for number, (left, top, right, bottom) in enumerate(areas):
        assert left >= 0
        assert top >= 0
        for other in areas[number + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_ways_end_at_their_boxes_and_what_leads_on_stands_above() -> None:
    boxes = {name: Size(100, 40) for name in "abcd"}
    pairs = [("a", "b"), ("b", "c"), ("a", "d"), ("c", "d"), ("c", "a"), ("d", "d")]
    links = [Link(source, target, Size(30, 15) if source == "a" else Size(0, 0)) for source, target in pairs]
    found = layout(boxes, links, "a")
    heights = [found.boxes[name][1] for name in "abcd"]
    assert heights == sorted(heights)
    assert len(set(heights)) == 4
    for (source, target), drawn in zip(pairs, found.links, strict=True):
        for name, (x, y) in ((source, drawn.spots[0]), (target, drawn.spots[-1])):
            middle = found.boxes[name]
            assert abs(x - middle[0]) <= 50
            assert abs(y - middle[1]) <= 20
    assert found == layout(boxes, links, "a")


OUTSIDE_PAGE = """
gives: {name: text}
outcomes: [known, unknown]
error_budget: {errors: 4, go: stranger}
flow:
  a:
    - hours: desk
      closed: stranger
    - fetch: https://crm.example.com:8443/accounts/{call.from}
      as: found
      failed: stranger
    - lookup: select name from customers
      in: crm
      as: row
      none: stranger
      failed: stranger
    - confirm: Do you want to go on with what we have found, or would you rather not?
      no: stranger
    - choose: found.tier
      options: {gold: b, silver: b}
      else: stranger
  b:
    - play: music/calm
      for: 3s
    - wait: 2s
    - return: known
  stranger:
    - return: unknown
"""


def outside() -> Chart:
    """The chart of a flow that asks outside and goes back."""
    page = OUTSIDE_PAGE.replace("      no: stranger", "      no: stranger\n      give_up: stranger")
    found = read({"main.yaml": page.encode(), "hours.yaml": b"desk: {open: {mon-fri: 09:00-17:00}}\n"})
    assert found.bundle is not None, found.shown
    return chart(found.bundle.flows["main"], "en")


def test_a_row_says_whom_it_asks_and_long_ones_are_cut() -> None:
    first, second, _ = outside().boxes
    assert [(row.kind, row.text) for row in first.rows] == [
        ("hours", "desk"),
        ("fetch", "crm.example.com:8443"),
        ("lookup", "crm"),
        ("confirm", "Do you want to go on with what we have…"),
        ("choose", "found.tier"),
    ]
    assert [(row.kind, row.text) for row in second.rows] == [("play", "music/calm"), ("wait", "2s")]


def test_the_ways_of_a_choice_are_its_values() -> None:
    labels = [way.label for way in outside().ways if way.outcome.startswith("option") or way.outcome == "else"]
    assert labels == ["gold", "silver", "else"]


def test_going_back_looks_like_an_end_and_says_with_what() -> None:
    picture = outside()
    assert [(box.name, box.back, box.over) for box in picture.boxes if box.ends] == [
        ("b", ("known",), ()),
        ("stranger", ("unknown",), ()),
    ]
    assert "known: back to the calling flow</text>" in svg(picture)
    assert "the call ends" not in svg(picture)
    assert 's_b -->|"known"| left_b(["back to the calling flow"])' in mermaid(picture)
    bare = chart(flow_of("flow:\n  a:\n    - return\n"), "en")
    assert ">back to the calling flow</text>" in svg(bare)


def test_a_spent_error_budget_leads_to_its_section() -> None:
    picture = outside()
    assert (picture.errors, picture.too_many) == (4, "stranger")
    assert 'errors(("too many errors")):::mark -.-> s_stranger' in mermaid(picture)
    root = ElementTree.fromstring(svg(picture))
    box = next(group for group in root.iter() if group.get("data-section") == "stranger")
    assert "too many errors" in [text.text for text in box.iter("{http://www.w3.org/2000/svg}text")]
    assert "After 4 errors → stranger" in svg(picture)
    assert "errors" not in svg(chart(flow_of("flow:\n  a:\n    - hangup\n"), "en"))


def test_outcomes_of_an_entered_flow_are_ways_and_each_is_written_once() -> None:
    account = next(box for box in chart(SAMPLES["utility"], "en").boxes if box.name == "account")
    assert account.rows[0].kind == "flow"
    assert account.rows[0].text == "verify"
    text = mermaid(chart(SAMPLES["utility"], "en"))
    assert 's_account -->|"unknown<br/>give#95;up"| s_person' in text
    assert 's_account -->|"give#95;up<br/>failed"| s_unknown' in mermaid(chart(SAMPLES["verify"], "en"))
