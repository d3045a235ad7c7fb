"""The kinds that decide and mark: ``choose``, ``confirm``, ``language``, ``tag``."""

from __future__ import annotations

import pytest

from ivr.core.flow.actions.choose import Choose
from ivr.core.flow.actions.confirm import Confirm
from ivr.core.flow.state import to_json
from tests.core.flow.calls import Call, codes, found

END = """  other:
    - say: Other.
    - go: person
  person:
    - dial: "1"
      failed: goodbye
    - go: goodbye
  goodbye:
    - hangup
"""


# choose


def chosen(value: str, options: str, more: str = "", before: str = "") -> Call:
    """A call in which a value is chosen by; `vip` and `regular` say so."""
    page = (
        f"flow:\n  a:\n{before}    - choose: {value}\n      options: {options}\n{more}    - say: Next.\n    - hangup\n"
    )
    for name in ("vip", "regular"):
        if f": {name}" in options:
            page += f"  {name}:\n    - say: {name.capitalize()}.\n    - hangup\n"
    return Call(page + (END if "other" in more else ""))


@pytest.mark.parametrize(
    ("value", "options", "hears"),
    [
        ("'\"gold\"'", "{gold: vip, silver: regular}", "Vip."),
        ("'\"silver\"'", "{gold: vip, silver: regular}", "Regular."),
        ("'\"bronze\"'", "{gold: vip, silver: regular}", "Next."),
        ("'\"Gold\"'", "{gold: vip}", "Next."),
        ("1 + 1", "{1: regular, 2: vip}", "Vip."),
        ("2.5 - 0.5", '{"2": vip}', "Vip."),
        ("3", "{1: regular, 2: vip}", "Next."),
        ("'\"2\"'", "{1: regular, 2: vip}", "Vip."),
        ("1 < 2", "{yes: vip, no: regular}", "Vip."),
        ("1 > 2", "{true: vip, off: regular}", "Regular."),
        ("call.weekday", "{mon: vip, tue: regular}", "Vip."),
        ("call.date", "{2026-11-23: vip}", "Vip."),
        ("call.time", "{09:30: vip}", "Vip."),
    ],
)
def test_a_value_leads_to_its_section(value: str, options: str, hears: str) -> None:
    assert chosen(value, options).hears == hears


def test_else_is_where_every_other_value_leads() -> None:
    call = chosen("call.to", "{200: vip, 300: regular}", "      else: other\n")
    assert call.hears == "Other."
    assert call.outcomes == ["choose else"]


def test_the_trace_has_the_option() -> None:
    (step,) = chosen("call.to", "{100: vip}").trail
    assert (step.outcome, step.to, step.detail) == ("chosen", "vip", {"option": "100"})


@pytest.mark.parametrize("state", ["", '    - set: {known: "{empty(call.name)}"}\n'])
def test_with_yes_and_no_alone_an_empty_value_is_no(state: str) -> None:
    page = (
        "flow:\n  a:\n    - if: call.returned\n      go: b\n    - go: c\n  b:\n    - set: {known: yes}\n    - go: c\n"
    )
    page += f"  c:\n{state}    - choose: known\n      options: {{yes: d, no: e}}\n  d:\n    - say: Yes.\n    - hangup\n"
    assert Call(page + "  e:\n    - say: No.\n    - hangup\n").hears == "No."


def test_a_section_may_end_with_a_choice_between_yes_and_no() -> None:
    page = "flow:\n  a:\n    - choose: call.returned\n      options: {yes: a2, no: b}\n"
    page += "  a2:\n    - hangup\n  b:\n    - hangup\n"
    assert codes(page) == []
    assert codes(page.replace("yes: a2, no: b", "yes: a2").replace("  b:\n    - hangup\n", "")) == ["F105"]


# confirm


def test_the_keys_are_told_behind_the_question() -> None:
    call = Call(Confirm.example)
    assert call.hears.startswith("Shall we call you back at ")
    assert call.hears.endswith("? For yes, press 1. For no, press 2.")


def confirming(words: str, more: str = "      no: other\n", top: str = "") -> str:
    """A flow with one such question."""
    page = f"{top}flow:\n  a:\n    - confirm: {words}\n{more}      give_up: person\n"
    return f"{page}    - say: Fine.\n    - go: person\n{END}"


def test_the_keys_are_not_told_twice() -> None:
    page = confirming("Press 1 for coffee and 2 for tea.", "      yes: other\n")
    assert Call(page).hears == "Press 1 for coffee and 2 for tea."
    assert Call(confirming("Are you 12?")).hears == "Are you 12? For yes, press 1. For no, press 2."


def test_the_keys_are_told_in_the_language_of_the_caller() -> None:
    page = confirming("{en: Agreed?, zh: 同意吗？}", top="languages: [zh, en]\n").replace("say: Fine.", "hangup")
    page = page.replace("    - say: Other.\n", "").replace("    - hangup\n    - go: person\n", "    - hangup\n")
    assert Call(page).hears == "同意吗？是请按 1，否请按 2。"


def test_a_question_that_is_missing_in_a_language_is_heard_in_the_first_one_with_its_keys() -> None:
    page = confirming("{en: Agreed?}", top="languages: [zh, en]\n").replace("say: Fine.", "wait: 1s")
    assert Call(page.replace("say: Other.", "wait: 1s")).hears == "Agreed? For yes, press 1. For no, press 2."


@pytest.mark.parametrize(("keys", "hears", "outcome"), [("1", "Fine.", "confirm yes"), ("2", "Other.", "confirm no")])
def test_yes_and_no_lead_on(keys: str, hears: str, outcome: str) -> None:
    call = Call(confirming("Agreed?")).press(keys)
    assert (call.hears, call.outcomes) == (hears, [outcome])


def test_another_key_is_no_answer_and_silence_gives_up() -> None:
    call = Call(confirming("['Agreed?', 'Once more: agreed?']")).press("5")
    assert call.hears == "Sorry, I did not get that. Once more: agreed? For yes, press 1. For no, press 2."
    assert call.silence().silence().dials.number == "1"
    assert call.outcomes == ["confirm give_up"]


@pytest.mark.parametrize(("keys", "value"), [("1", True), ("2", False)])
def test_the_answer_may_get_a_name(keys: str, value: bool) -> None:
    page = confirming("Agreed?", "      as: agreed\n").replace("- say: Fine.", "- if: agreed\n      say: Fine.")
    call = Call(page).press(keys)
    assert call.value("agreed") is value
    assert (call.section == "person") is not value


def test_who_gives_no_answer_has_none() -> None:
    page = confirming("Agreed?", "      as: agreed\n").replace("- say: Fine.", "- if: agreed\n      say: Fine.")
    page = page.replace("flow:\n  a:\n", "flow:\n  a:\n    - set: {agreed: yes}\n")
    call = Call(page).silence().silence().silence()
    assert call.value("agreed") is None


# language


def test_a_fixed_language_is_heard_from_then_on() -> None:
    page = "languages: [en, zh]\nflow:\n  a:\n    - say: {en: Hello., zh: 你好。}\n    - language: zh\n"
    page += "    - say: {en: Hello., zh: 你好。}\n    - hangup\n"
    call = Call(page).listens()
    assert call.hears == "你好。"
    assert call.trail[-1].detail == {"language": "zh"}
    assert call.turn.state.language == "zh"


@pytest.mark.parametrize(("tag", "outcome"), [("zh", "set"), ("zh-TW", "set"), ("de", "unknown"), ("", "unknown")])
def test_a_language_by_a_value(tag: str, outcome: str) -> None:
    page = 'languages: [en, zh]\nflow:\n  a:\n    - set: {wanted: "TAG{empty(call.from)}"}\n'
    page = page.replace("TAG{empty(call.from)}", f"{{call.to}}{tag}").replace("{call.to}", "{nothing}")
    page = page.replace("flow:", "takes: {nothing: text}\nflow:", 1)
    page += '    - language: "{wanted}"\n      unknown: b\n    - go: c\n  b:\n    - go: c\n  c:\n    - hangup\n'
    call = Call(page)
    assert f"language {outcome}" in call.outcomes
    assert call.turn.state.language == ("zh" if outcome == "set" else "en")


# tag


def test_a_call_is_marked_with_milestones_and_drivers() -> None:
    page = "flow:\n  a:\n    - tag: paid\n    - tag: billing\n      driver: yes\n    - tag: paid\n    - hangup\n"
    call = Call(page)
    assert call.turn.state.tags == ("paid", "billing")
    assert [step.detail for step in call.trail[:2]] == [
        {"tag": "paid", "is": "milestone"},
        {"tag": "billing", "is": "driver"},
    ]
    assert to_json(call.turn.state)["tags"] == ["paid", "billing"]


def test_the_tag_of_a_menus_option_marks_the_call_too() -> None:
    page = "flow:\n  a:\n    - menu: Press 1.\n      options: [{press: 1, tag: billing, go: person}]\n"
    page += "      give_up: person\n  person:\n    - if: \"'billing' in call.tags\"\n      say: Billing.\n"
    page += '    - dial: "1"\n      failed: b\n    - go: b\n  b:\n    - hangup\n'
    call = Call(page).press("1")
    assert call.turn.state.tags == ("billing",)
    assert call.hears == "Billing."


def test_a_tag_may_have_values_in_it_and_is_bounded() -> None:
    page = 'flow:\n  a:\n    - set: {long: "{call.from}"}\n    - tag: "from {long}{long}{long}{long}{long}{long}"\n'
    call = Call(page + "    - hangup\n")
    (tag,) = call.turn.state.tags
    assert tag.startswith("from +1555123")
    assert len(tag) == 60


# Mistakes

CHOOSE = "flow:\n  a:\n    - choose: {}\n      options: {}\n    - hangup\n  b:\n    - hangup\n"
SECRET = """flow:
  a:
    - collect: Your code.
      as: code
      secret: yes
      give_up: b
    - {}
    - go: b
  b:
    - dial: "1"
      failed: c
    - go: c
  c:
    - hangup
"""
PLANTED: dict[str, tuple[str, str]] = {
    "a number as an option twice": ("F158", CHOOSE.format("length(call.from)", "{5: b, «05»: b}")),
    "a yes as an option twice": ("F158", CHOOSE.format("call.returned", "{yes: b, «true»: b}")),
    "a word that is never a number": ("F160", CHOOSE.format("length(call.from)", "{«short»: b}")),
    "a word that is neither yes nor no": ("F160", CHOOSE.format("call.returned", "{«maybe»: b}")),
    "a day of the week that there is not": ("F160", CHOOSE.format("call.weekday", "{«saturday»: b}")),
    "a value that a name never has": (
        "F160",
        CHOOSE.format("tier", "{gold: b, «sliver»: b}").replace("  a:\n", "  a:\n    - set: {tier: gold}\n"),
    ),
    "an else that nobody comes to": (
        "F159",
        "flow:\n  a:\n    - choose: call.returned\n      options: {yes: b, no: c}\n      else: «b»\n"
        "  b:\n    - hangup\n  c:\n    - hangup\n",
    ),
    "an else for an eighth day": (
        "F159",
        "flow:\n  a:\n    - choose: call.weekday\n      options: "
        "{mon: b, tue: b, wed: b, thu: b, fri: b, sat: b, sun: b}\n      else: «b»\n  b:\n    - hangup\n",
    ),
    "a choice by a list": ("F123", CHOOSE.format("«call.tags»", "{paid: b}")),
    "an unknown name to choose by": ("F121", CHOOSE.format("«teir»", "{gold: b}")),
    "options of a choice that are a list": ("F022", CHOOSE.format("call.to", "«[b]")),
    "an option of a choice that goes nowhere": ("F104", CHOOSE.format("call.to", "{100: b, 200: «d»}")),
    "a secret to choose by": ("F119", SECRET.format('choose: «code»\n      options: {"1234": b}')),
    "a secret in a tag": ("F119", SECRET.format('tag: "code {«code»}"')),
    "a secret for a language": ("F119", SECRET.format('language: "{«code»}"')),
    "a confirmation from which nothing follows": ("F117", confirming("Agreed?", "").replace("- conf", "- «conf")),
    "a language that the flow does not have": ("F127", "flow:\n  a:\n    - language: «zh»\n    - hangup\n"),
    "a tag that is too long": ("F163", f"flow:\n  a:\n    - tag: «{'paid ' * 12}now»\n    - hangup\n"),
    "a driver that is neither yes nor no": (
        "F014",
        "flow:\n  a:\n    - tag: paid\n      driver: «billing»\n    - hangup\n",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_mistake_is_found_at_its_place_and_nothing_else_is_found(name: str) -> None:
    code, page = PLANTED[name]
    before = page[: page.index("«")]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    problems = [p for p in found(page.replace("«", "").replace("»", "")) if p.code != "F106"]
    assert [(p.code, (p.mark.line, p.mark.column)) for p in problems] == [(code, place)], problems


def test_a_secret_may_decide_when_somebody_says_why() -> None:
    page = SECRET.format('choose: code\n      options: {"1234": b}\n      allow_secret: only one code is compared')
    assert codes(page) == []
    call = Call(page).press("1234", "length")
    assert call.outcomes[1] == "choose chosen"
    assert "1234" not in str([step.detail for step in call.trail])


def test_a_wrong_day_is_suggested() -> None:
    problem = found(CHOOSE.format("call.weekday", "{sund: b}"))[0]
    assert (problem.message, problem.hint) == ("this value is never 'sund'.", "did you mean 'sun'?")


def test_the_example_of_choose_leads_through_the_week() -> None:
    assert Call(Choose.example).hears == "Welcome."
