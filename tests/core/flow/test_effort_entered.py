"""What entered flows cost the callers of the flow around: each figure is worked out by hand."""

from __future__ import annotations

import pytest

from ivr.core.flow import bundle
from ivr.core.flow.effort import Effort, efforts, involved
from ivr.core.flow.model import Flow
from tests.core.flow.test_effort import FOURTEEN, cost

MAIN = f"""
anywhere: {{operator: {{press: "*", go: person}}}}
flow:
  welcome:
    - say: {FOURTEEN}
    - flow: verify
      go: {{unknown: person}}
    - tag: inside
    - hangup
  person:
    - dial: "2001"
      failed: bye
      answered: bye
  bye:
    - hangup
"""
VERIFY = f"""
outcomes: [verified, unknown]
flow:
  ask:
    - collect: {FOURTEEN}
      as: pin
      length: 4
      attempts: 2
      first_input: 5s
      no_input: {FOURTEEN}
      give_up: unknown
    - return: verified
  unknown:
    - say: {FOURTEEN}
    - return: unknown
"""


def flow_of(name: str = "main", **pages: str) -> Flow:
    """A flow of a folder without errors."""
    found = bundle.read({f"{stem}.yaml": page.encode() for stem, page in pages.items()})
    assert found.bundle is not None, found.shown
    return found.bundle.flows[name]


def found(name: str = "main", language: str = "en", **pages: str) -> dict[str, Effort]:
    """The efforts of a flow of a folder by interest and name."""
    items = efforts(flow_of(name, **pages), language)
    return {f"{item.goal.interest.value} {item.goal.name}": item for item in items}


def test_an_outcome_leads_on_with_what_it_costs_to_come_to_it() -> None:
    items = found(main=MAIN, verify=VERIFY)
    inside = items["tag inside"]
    # first: say 1 + question 1 + thinking 1 + four keys 4; knows: four keys over both sentences
    assert cost(inside) == (7.0, 2.0, None)
    assert inside.first is not None
    assert (inside.first.turns, inside.first.keys) == (1, 4)
    assert inside.first.path == ("welcome", "verify.ask", "welcome")
    # silent: say 1, question 1 + 5, no input and question 2 + 5, then the sentence of 'unknown' 1
    silent = items["person dial 2001"].silent
    assert silent is not None
    assert (silent.seconds, silent.turns) == (15.0, 0)
    assert silent.path == ("welcome", "verify.ask", "verify.unknown", "person")


def test_keys_of_anywhere_reach_out_of_the_questions_of_entered_flows() -> None:
    person = found(main=MAIN, verify=VERIFY)["person dial 2001"]
    # first: say 1, question 1, thinking 1, star 1; knows: star in the first sentence
    assert cost(person) == (4.0, 0.5, 15.0)
    assert person.first is not None
    assert person.first.path == ("welcome", "verify.ask", "person")


def test_a_key_of_the_entered_flow_goes_before_the_same_key_of_the_flow_around() -> None:
    own = 'anywhere: {operator: {press: "*", go: unknown}}' + VERIFY
    first = found(main=MAIN, verify=own)["person dial 2001"].first
    assert first is not None
    assert (first.seconds, first.path) == (5.0, ("welcome", "verify.ask", "verify.unknown", "person"))


def test_outcomes_that_an_entered_flow_never_has_are_no_way() -> None:
    never = VERIFY.replace("- return: unknown", "- return: verified")
    items = found(main=MAIN.replace('anywhere: {operator: {press: "*", go: person}}', ""), verify=never)
    assert cost(items["person dial 2001"]) == (None, None, None)
    assert cost(items["tag inside"]) == (7.0, 2.0, 15.0)
    assert cost(found("verify", main=MAIN, verify=never)["outcome unknown"]) == (None, None, None)


def test_a_flow_that_is_entered_shows_what_its_outcomes_cost() -> None:
    items = found("verify", main=MAIN, verify=VERIFY)
    assert list(items) == ["outcome unknown", "outcome verified"]
    assert cost(items["outcome verified"]) == (6.0, 2.0, None)
    assert cost(items["outcome unknown"]) == (14.0, 14.0, 14.0)  # only silence leads there


def test_people_and_tags_in_entered_flows_are_goals_of_the_flow_around() -> None:
    inner = VERIFY.replace("    - return: verified", '    - tag: known\n    - dial: "3001"\n    - return: verified')
    items = found(main=MAIN, verify=inner)
    assert items["person dial 3001"].goal.section == "verify.ask"
    assert cost(items["person dial 3001"]) == (7.0, 2.0, None)
    assert cost(items["tag known"]) == (7.0, 2.0, None)


def test_a_flow_entered_in_two_places_leads_back_to_each() -> None:
    again = MAIN.replace("    - tag: inside\n", "    - flow: verify\n      go: {unknown: person}\n    - tag: inside\n")
    # first: say 1, then twice question 1 + thinking 1 + four keys; knows: eight keys
    assert cost(found(main=again, verify=VERIFY)["tag inside"]) == (13.0, 4.0, None)


def test_flows_in_flows_add_up() -> None:
    through = f"""
outcomes: [good, bad]
flow:
  a:
    - say: {FOURTEEN}
    - flow: verify
      go: {{unknown: b}}
    - return: good
  b:
    - return: bad
"""
    main = MAIN.replace("flow: verify", "flow: through").replace("unknown: person", "bad: person")
    items = found(main=main, verify=VERIFY, through=through)
    assert cost(items["tag inside"]) == (8.0, 2.0, None)
    assert cost(items["person dial 2001"]) == (5.0, 0.5, 16.0)


def test_flows_that_enter_each_other_come_to_an_end() -> None:
    main = "flow:\n  a:\n    - flow: one\n    - tag: inside\n    - hangup\n"
    one = f"""
flow:
  a:
    - menu: {FOURTEEN}
      options: [{{press: 1, go: b}}, {{press: 2, go: c}}]
      attempts: 1
      first_input: 5s
      give_up: b
  b:
    - return
  c:
    - flow: two
    - return
"""
    two = one.replace("flow: two", "flow: one")
    items = found(main=main, one=one, two=two)
    assert cost(items["tag inside"]) == (3.0, 0.5, 6.0)
    assert items["tag inside"].first is not None
    assert items["tag inside"].first.path == ("a", "one.a", "one.b", "a")


def test_many_places_that_enter_a_flow_are_still_quick_and_reachable() -> None:
    sections = "".join(
        f"  s{number}:\n    - flow: verify\n      go: {{unknown: person}}\n    - go: s{number + 1}\n"
        for number in range(600)
    )
    main = f'flow:\n{sections}  s600:\n    - tag: inside\n    - hangup\n  person:\n    - dial: "1"\n    - hangup\n'
    inside = found(main=main, verify=VERIFY)["tag inside"].knows
    assert inside is not None
    assert inside.keys >= 4 * 400


@pytest.mark.parametrize(("language", "path"), [("en", ("a", "d", "b")), ("zh", ("a", "c", "b"))])
def test_a_way_in_the_language_of_the_call_goes_before_one_that_changes_it(
    language: str, path: tuple[str, ...]
) -> None:
    page = f"""
languages: [en, zh]
flow:
  a:
    - menu: {{en: {FOURTEEN}, zh: 请按一}}
      options: [{{press: 2, go: c}}, {{press: 1, go: d}}]
      give_up: d
  c:
    - language: zh
    - go: b
  d:
    - language: en
    - go: b
  b:
    - say: {{en: {FOURTEEN * 3}, zh: 请}}
    - dial: "2001"
    - hangup
"""
    first = found(language=language, main=page)["person dial 2001"].first
    assert first is not None
    assert first.path == tuple(
        {"b": "b", "a": "a", "c": "c" if language == "zh" else "d"}[one] for one in ("a", "c", "b")
    )
    # menu, thinking and a key, and the sentence in the language that the call began with
    assert first.seconds == pytest.approx({"en": 3 + 3, "zh": 3 / 4.5 + 2 + 1 / 4.5}[language], abs=0.05)


def test_a_language_that_was_chosen_is_heard_in_entered_flows() -> None:
    main = """
languages: [en, zh]
flow:
  a:
    - language: zh
    - flow: inner
    - dial: "2001"
    - hangup
"""
    inner = f"languages: [en, zh]\nflow:\n  a:\n    - say: {{en: {FOURTEEN}, zh: 一二三四五六七八九}}\n    - return\n"
    assert cost(found(main=main, inner=inner)["person dial 2001"])[0] == 2.0


def test_the_flows_that_are_involved_are_all_that_are_entered() -> None:
    flow = flow_of(main=MAIN, verify=VERIFY, other=MAIN)
    assert [one.name for one in involved(flow)] == ["main", "verify"]


@pytest.mark.parametrize(
    ("languages", "first", "seconds"),
    [
        ("[en, zh]", "- language: zh", 2.0),  # chosen in the entered flow, and heard after it
        ("[zh]", "- tag: x", 1.0),  # the entered flow has no other, and the flow around goes on in its own
    ],
)
def test_the_language_after_an_entered_flow_is_that_of_the_call(languages: str, first: str, seconds: float) -> None:
    main = f"""
languages: [en, zh]
flow:
  a:
    - flow: inner
    - say: {{en: {FOURTEEN}, zh: 一二三四五六七八九}}
    - dial: "2001"
    - hangup
"""
    inner = f"languages: {languages}\nflow:\n  a:\n    {first}\n    - return\n"
    assert cost(found(main=main, inner=inner)["person dial 2001"])[0] == seconds
