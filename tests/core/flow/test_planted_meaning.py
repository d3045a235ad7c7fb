"""Mistakes in what a whole flow means, each found at its place with its code, and nothing else found.

``«…»`` marks where, as in `tests.core.flow.test_planted`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.document.problems import Severity
from ivr.core.flow.bundle import read
from ivr.core.flow.codes import WARNINGS
from ivr.core.flow.kinds import KINDS, RESERVED
from ivr.core.flow.load import load
from ivr.core.flow.surroundings import Outside, Surroundings
from ivr.core.prompts.naming import slug
from tests.core.flow.calls import codes, found

ROOT = Path(__file__).parents[3]

LONG = "Thank you for calling Acme, the leading maker of fine anvils, rockets and other things since 1949. " * 2
PERSON = """
  person:
    - dial: "1"
      failed: end
    - go: end
  end:
    - hangup
"""


def menu(words: str, options: str, more: str = "") -> str:
    """A flow with one menu and a person behind it."""
    page = f"flow:\n  a:\n    - menu: {words}\n      options:\n{options}      give_up: person\n{more}"
    return page + PERSON.removeprefix("\n")


def options(*presses: str) -> str:
    """The options of a menu, all of them to the person."""
    return "".join(f"        - {{press: {press}, go: person}}\n" for press in presses)


MEANING: dict[str, tuple[str, str]] = {
    "a menu that talks too long before its first option": (
        "F180",
        menu(f"«{LONG}For billing, press 1.»", options("1")),
    ),
    "a menu that names no key and is too long": ("F180", menu(f"«{LONG}Choose.»", options("1"))),
    "a sentence before a menu that makes it too long": (
        "F180",
        f"flow:\n  a:\n    - say: {LONG}\n    - menu: «For billing, press 1.»\n      options:\n{options('1')}"
        f"      give_up: person{PERSON}",
    ),
    "a menu that is too long in Chinese": (
        "F180",
        "languages: zh\n"
        + menu("«" + "感谢您致电艾克米公司，我们是领先的铁砧、火箭制造商。" * 3 + "账单请按 1。»", options("1")),
    ),
    "a menu with six options": (
        "F181",
        menu("Press 1 to 6.", options(*"123456")).replace("- menu", "- «menu"),
    ),
    "a value that is set and never used": ("F182", "flow:\n  a:\n    - set: {«tier»: gold}\n    - hangup\n"),
    "an answer that is never used": (
        "F182",
        f"flow:\n  a:\n    - collect: Your code.\n      as: «code»\n      give_up: person\n    - go: end{PERSON}",
    ),
    "a recording whose name is never used": (
        "F182",
        "flow:\n  a:\n    - record: Speak.\n      for: us\n      as: «message»\n    - hangup\n",
    ),
    "an option that nobody can press in time": (
        "F185",
        menu("Press 1 or 12.", options("1", "«12»"), "      between: 500ms\n"),
    ),
    "a condition that always holds": ("F187", "flow:\n  a:\n    - if: «yes»\n      say: Hi.\n    - hangup\n"),
    "a condition that never holds": ("F187", "flow:\n  a:\n    - if: «3 > 5»\n      say: Hi.\n    - hangup\n"),
    "a value that is compared with itself": (
        "F187",
        "flow:\n  a:\n    - if: «call.from == call.from»\n      say: Hi.\n    - hangup\n",
    ),
    "a condition of which one side decides": (
        "F187",
        "flow:\n  a:\n    - if: «call.returned or not no»\n      say: Hi.\n    - hangup\n",
    ),
    "a day of the week that there is not": (
        "F188",
        'flow:\n  a:\n    - if: call.weekday == «"monday"»\n      say: Hi.\n    - hangup\n',
    ),
    "a day in a list that there is not": (
        "F188",
        'flow:\n  a:\n    - if: call.weekday in ["sat", «"sunday"»]\n      say: Hi.\n    - hangup\n',
    ),
    "a language that no caller hears": (
        "F188",
        'flow:\n  a:\n    - if: call.language == «"zh"»\n      say: Hi.\n    - hangup\n',
    ),
    "a value that is never set": (
        "F188",
        "flow:\n  a:\n    - set: {tier: gold}\n    - if: call.returned\n      go: b\n    - go: c\n"
        '  b:\n    - set: {tier: silver}\n    - go: c\n  c:\n    - if: tier != «"glod"»\n'
        "      say: Hi.\n    - hangup\n",
    ),
    "a number that is never set": (
        "F188",
        "flow:\n  a:\n    - set: {floor: 3}\n    - if: «4» == floor\n      say: Hi.\n    - hangup\n",
    ),
    "a sentence without a word": ("F189", "flow:\n  a:\n    - say: «...»\n    - hangup\n"),
    "a second attempt without a word": (
        "F189",
        menu("[Press 1., «'?!'»]", options("1")),
    ),
    "a question without a way to a person, beside one that has one": (
        "F114",
        "flow:\n  a:\n    - menu: Press 1.\n      options: [{press: 1, go: person}, {press: 2, go: b}]\n"
        "      give_up: person\n  b:\n    - «menu»: Press 1 for our address.\n      options: [{press: 1, go: end}]\n"
        f"      give_up: end{PERSON}",
    ),
    "a question that takes the key of the person for itself": (
        "F114",
        'anywhere:\n  operator: {press: "0", go: person}\nflow:\n  a:\n    - menu: Press 1.\n'
        "      options: [{press: 1, go: b}]\n      give_up: b\n  b:\n    - «collect»: Your number.\n      as: number\n"
        f"      give_up: end\n    - say: It is {{number:digits}}.\n    - go: end{PERSON}",
    ),
}


def places(page: str) -> tuple[str, list[tuple[int, int]]]:
    """The page without its marks, and the places (line, column) of the marks."""
    lines, marks = [], []
    for number, written in enumerate(page.splitlines(), 1):
        line = written
        while "«" in line:
            marks.append((number, line.index("«") + 1))
            line = line.replace("«", "", 1).replace("»", "", 1)
        lines.append(line)
    return "\n".join(lines) + "\n", marks


@pytest.mark.parametrize("name", MEANING)
def test_a_planted_mistake_is_found_at_its_place_and_nothing_else_is_found(name: str) -> None:
    code, page = MEANING[name]
    text, marks = places(page)
    problems = found(text)
    assert [problem.code for problem in problems] == [code] * len(marks), problems
    assert [(problem.mark.line, problem.mark.column) for problem in problems] == marks
    assert all(problem.severity is (Severity.WARNING if code in WARNINGS else Severity.ERROR) for problem in problems)


def test_the_time_before_the_first_option_is_told() -> None:
    _, page = MEANING["a menu that talks too long before its first option"]
    (problem,) = found(places(page)[0])
    assert problem.message == "a caller hears about 16 s (en) before the first option is named."


def test_a_menu_may_be_long_after_its_first_option() -> None:
    assert codes(menu(f"For billing, press 1. {LONG}", options("1"))) == []


def test_a_sentence_in_another_section_does_not_count_for_a_menu() -> None:
    page = menu("For billing, press 1.", options("1")).replace(
        "  a:\n", f"  z:\n    - say: {LONG}\n    - go: a\n  a:\n"
    )
    assert codes(page) == []


def test_options_of_two_keys_are_fine_when_there_is_time() -> None:
    assert codes(menu("Press 1 or 12.", options("1", "12"))) == []


@pytest.mark.parametrize(
    "condition",
    [
        'call.weekday in ["sat", "sun"]',
        'call.weekday != "mon"',
        "call.time < 09:00",
        "call.returned or call.from == call.to",
        'empty(call.from) or call.name == ""',
    ],
)
def test_a_condition_that_depends_on_the_call_is_fine(condition: str) -> None:
    assert codes(f"flow:\n  a:\n    - if: {condition}\n      say: Hi.\n    - hangup\n") == []


def test_a_value_that_is_computed_may_be_anything() -> None:
    page = 'flow:\n  a:\n    - set: {n: 0}\n    - set: {n: "{n + 1}"}\n    - if: n == 7\n      say: Hi.\n    - hangup\n'
    assert codes(page) == []


def test_an_unused_value_is_not_told_beside_an_error() -> None:
    assert codes("flow:\n  a:\n    - set: {tier: gold}\n    - if: teir == 5\n      say: Hi.\n    - hangup\n") == [
        "F121"
    ]


def test_a_section_that_was_probably_meant_is_no_unused_one() -> None:
    assert codes("flow:\n  a:\n    - go: biling\n  billing:\n    - hangup\n  closed:\n    - hangup\n") == [
        "F104",
        "F106",
    ]


@pytest.mark.parametrize("way", ['operator: {press: "0", go: person}', 'help: {press: "9"}'])
def test_a_key_anywhere_counts_when_it_leads_to_a_person(way: str) -> None:
    page = f"anywhere:\n  {way}\nflow:\n  a:\n    - menu: Press 1.\n      options: [{{press: 1, go: end}}]\n"
    page += f"      give_up: end{PERSON}"
    assert ("F114" in codes(page)) is ("operator" not in way)


@pytest.mark.parametrize("kind", sorted(RESERVED))
def test_a_kind_that_is_not_there_yet_says_what_to_use_until_then(kind: str) -> None:
    (problem,) = found(f"flow:\n  a:\n    - {kind}: billing\n    - hangup\n")
    assert (problem.code, problem.message) == ("F111", f"the action '{kind}' comes with a later version.")
    assert problem.hint.startswith("until then  - ")


# Recordings

SAID = "Welcome to Acme."
PAGE = f"languages: [en, zh]\nflow:\n  a:\n    - say: {{en: {SAID}, zh: 欢迎致电。}}\n    - hangup\n"


def recorded(page: str, recordings: dict[str, float] | None) -> list[tuple[str, str]]:
    """The findings of a page beside some recordings."""
    _, problems = load(page, "flows/main.yaml", surroundings=Surroundings(Outside(recordings=recordings)))
    return [(problem.code, problem.message) for problem in problems]


def test_recordings_in_all_languages_are_fine_and_so_are_none() -> None:
    both = {f"en/{slug(SAID)}": 1.2, f"zh/{slug('欢迎致电。')}": 1.1}
    assert recorded(PAGE, both) == recorded(PAGE, {}) == recorded(PAGE, None) == []


def test_a_recording_that_is_missing_in_one_language_is_found() -> None:
    assert recorded(PAGE, {f"en/{slug(SAID)}": 1.2}) == [
        ("F183", "a recording is missing for zh; the others have one."),
    ]


def test_a_recording_that_is_missing_for_one_attempt_is_found() -> None:
    page = menu("[Press 1., Only 1 will do.]", options("1"))
    assert recorded(page, {f"en/{slug('Press 1.')}": 0.8}) == [
        ("F183", "a recording is missing for en, attempt 2; the others have one."),
    ]


@pytest.mark.parametrize(("lasts", "wrong"), [(0.8, False), (2.4, False), (2.7, True), (40.0, True)])
def test_a_recording_that_does_not_fit_its_text_is_found(lasts: float, wrong: bool) -> None:
    both = {f"en/{slug(SAID)}": lasts, f"zh/{slug('欢迎致电。')}": 1.1}
    assert ([code for code, _ in recorded(PAGE, both)] == ["F184"]) is wrong


def test_the_time_before_the_first_option_is_that_of_the_recording() -> None:
    said = f"{LONG}For billing, press 1."
    page = menu(said, options("1"))
    assert [code for code, _ in recorded(page, {f"en/{slug(said)}": 11.0})] == []


def test_the_flow_that_one_begins_with_has_no_finding() -> None:
    assert codes((ROOT / "ivr" / "app" / "templates" / "main.yaml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_has_no_finding_but_that_it_is_short(kind: str) -> None:
    assert set(codes(KINDS[kind].example)) <= {"F114"}  # most have no person in them, and are not to be longer
    beside = {name: page.encode() for name, page in KINDS[kind].beside.items()}
    assert read({"main.yaml": KINDS["hangup"].example.encode(), **beside}).problems == ()
