"""Mistakes in what `collect` may take, each found at its place with its code, and nothing else found."""

from __future__ import annotations

import pytest

from tests.core.flow.calls import codes, found

PAGE = """flow:
  a:
    - collect: Your answer?
      as: n
{}
      give_up: b
    - say: You said {{n}}.
    - go: b
  b:
    - dial: "1"
      failed: c
    - go: c
  c:
    - hangup
"""
PLANTED: dict[str, tuple[str, str]] = {
    "a range for digits": ("F165", "range: «1..31»"),
    "a format for a time": ("F165", "type: time; format: «DDMM»"),
    "a length for a date": ("F165", "type: date; format: DDMM; length: «4»"),
    "an end key for yes and no": ("F165", 'type: yes_no; end: «"#"»'),
    "bounds of time for a number": ("F165", "type: number; earliest: «today»"),
    "a pattern for a card": ("F165", "type: card; pattern: «4xxx»"),
    "two options that say a type": ("F165", "format: DDMM; one_of: «[1, 2]»"),
    "a date without a format": ("F166", "type: «date»"),
    "a pattern without one": ("F166", "type: «pattern»"),
    "one of no list": ("F166", "type: «one_of»"),
    "a phone number of two keys": ("F167", "type: phone; length: «2..4»"),
    "a card of four keys": ("F167", "type: card; length: «4»"),
    "a number of twenty keys": ("F167", "type: number; length: «20»"),
    "a range that cannot be keyed in": ("F167", "type: number; range: 1..100; length: «2»"),
    "a list that cannot be keyed in": ("F167", "one_of: [10, 2000]; length: «2»"),
    "a range that is none": ("F168", "type: number; range: «1-31»"),
    "a range that falls": ("F168", "type: amount; range: «31..1»"),
    "a pattern of letters": ("F169", "pattern: «12ab»"),
    "a pattern with a plus": ("F169", 'pattern: [1xx, «"+44*"»]'),
    "an unknown order of digits": ("F170", "type: date; format: «DMY»"),
    "an order of digits in small letters": ("F170", "type: date; format: «ddmm»"),
    "a value that cannot be keyed in": ("F171", "one_of: [12, «red»]"),
    "a value twice": ("F171", "one_of: [12, 13, «12»]"),
    "an empty list": ("F171", "one_of: «[]»"),
    "an end key that is a digit": ("F172", 'end: «"5"»'),
    "the star ends an amount": ("F172", 'type: amount; end: «"*"»'),
    "bounds that nothing is within": ("F173", "type: time; earliest: 17:00; latest: «09:00»"),
    "a time as the bound of a date": ("F174", "type: date; format: DDMM; earliest: «09:00»"),
    "a date as the bound of a time": ("F174", "type: time; latest: «today»"),
    "a text as a list": ("F174", "one_of: «call.name»"),
    "an unknown name as a bound": ("F121", "type: date; format: DDMM; earliest: «tomorow»"),
    "an unknown name as a list": ("F121", "one_of: «accounts.all»"),
    "a secret that is read back": ("F119", "secret: yes; confirm: «yes»; end: '*'"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_mistake_is_found_at_its_place_and_nothing_else_is_found(name: str) -> None:
    code, more = PLANTED[name]
    page = PAGE.format("\n".join(f"      {option}" for option in more.split("; ")))
    if code == "F119":
        page = page.replace("You said {n}.", "Thank you.")
    line = next(number for number, text in enumerate(page.splitlines(), 1) if "«" in text)
    column = page.splitlines()[line - 1].index("«") + 1
    problems = found(page.replace("«", "").replace("»", ""))
    assert [(problem.code, problem.mark.line, problem.mark.column) for problem in problems] == [(code, line, column)]
    assert problems[0].hint


@pytest.mark.parametrize(
    "more",
    [
        "type: digits; length: 4..6",
        "type: number; range: 1..31; length: 2..4",
        "type: date; format: DDMMYYYY; earliest: today; latest: today + 90d",
        "type: time; earliest: 09:00; latest: 17:00",
        "type: date; format: DDMM; earliest: 2026-12-01; latest: 2026-12-31",
        "format: MMDD",
        "pattern: [1xxx, 2*]",
        "one_of: [0012, 17]",
        "one_of: call.tags",
        "type: yes_no; confirm: yes",
        "type: phone; length: 5..9",
        'type: amount; range: 0.50..200; end: "#"',
        "confirm: no",
    ],
)
def test_a_correct_question_has_no_finding(more: str) -> None:
    assert codes(PAGE.format("\n".join(f"      {option}" for option in more.split("; ")))) == []
