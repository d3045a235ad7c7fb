"""How a page is laid out, and what is left as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.core.document.format import formatted
from ivr.core.document.problems import Problems

ROOT = Path(__file__).parents[2]
FOLDERS = ("flows", "ivr/app/templates", "tests/acceptance/flows")
PAGES = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.yaml"))]


def laid_out(text: str) -> str:
    """The page, formatted."""
    problems = Problems()
    found = formatted(text, "flows/main.yaml", problems, ("flow",))
    assert found is not None, problems.all
    return found


def refused(text: str) -> list[tuple[str, int]]:
    """The findings of a page that cannot be formatted, with their lines."""
    problems = Problems()
    assert formatted(text, "flows/main.yaml", problems, ("flow",)) is None
    return [(problem.code, problem.mark.line) for problem in problems]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_of_the_tree_is_laid_out_already(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert laid_out(text) == text


def test_everything_at_once() -> None:
    careless = """

# The front door.
about:   A line.\x20\x20
languages: [ en,zh ]
anywhere:
    operator: { press: "0",go: person }   # a person
flow:

 welcome: # first
  -   say:  {en: Welcome., zh: 欢迎。}


  -  menu:
       - For billing, press 1.
       # shorter
       - Billing is 1.
     options:
     - {press: 1, say: [billing, my bill, what I have to pay, what it costs, 账单, "a, b"], tag: billing, go: person}
     give_up: person
     # the end of welcome
 # where people are
 person:
 - go: goodbye
 goodbye:
 - hangup"""
    assert (
        laid_out(careless)
        == """\
# The front door.
about: A line.
languages: [en, zh]

anywhere:
  operator: {press: "0", go: person}   # a person

flow:
  welcome:  # first
    - say: {en: Welcome., zh: 欢迎。}

    - menu:
        - For billing, press 1.
        # shorter
        - Billing is 1.
      options:
        - {press: 1, say: [billing, my bill, what I have to pay, what it costs, 账单, "a, b"], tag: billing, go: person}
      give_up: person
      # the end of welcome

  # where people are
  person:
    - go: goodbye

  goodbye:
    - hangup
"""
    )


@pytest.mark.parametrize(
    ("careless", "good"),
    [
        ("", ""),
        ("\n\n# nothing yet\n\n\n# at all\n\n", "# nothing yet\n\n# at all\n"),
        ("a:   b", "a: b\n"),
        ("a:\r\n- b\r\n", "a:\n  - b\n"),
        ("\ufeffa: b\n", "a: b\n"),
        ("---\na: b\n...\n", "---\na: b\n"),
        ("# top\n--- # here\na: b\n", "# top\n---  # here\na: b\n"),
        ("a:\n- b\n-   c: d\n    e: f\n", "a:\n  - b\n  - c: d\n    e: f\n"),
        ("-   -  a\n    -  b\n", "- - a\n  - b\n"),
        ("a:\n    b\n", "a: b\n"),
        ("a:\n", "a:\n"),
        ("-\n- a\n", "-\n- a\n"),
        ("? a\n: b\n", "a: b\n"),
        ("a: {b: {c: [d,e]}, f: , g}\n", "a: {b: {c: [d, e]}, f, g}\n"),
        ("a: {\n  b: c,\n}\n", "a: {b: c}\n"),
        ("a: [b: c, 'd':e]\n", "a: [{b: c}, {'d': e}]\n"),
        ("a: !!str   5\n", "a: !!str   5\n"),
        ("a: {  }\nb: [ ]\n", "a: {}\nb: []\n"),
        ("a: b # c\n", "a: b  # c\n"),
        ("a: b        # c\n", "a: b        # c\n"),
        ("a: # c\n    b\n", "a:  # c\n  b\n"),
        ("a:\n  # c\n  b\n", "a:\n  # c\n  b\n"),
        ("- # c\n  a: b\n", "-  # c\n  a: b\n"),
        ("a: {b: c, # d\n  e: f} # g\n", "a:\n  b: c  # d\n  e: f  # g\n"),
        ("a: [ # b\n  c,\n  # d\n  e ]\n", "a:  # b\n  - c\n  # d\n  - e\n"),
        ("a:\n  - b\n# c\nd: e\n", "a:\n  - b\n\n# c\nd: e\n"),
        ("a:\n - b\n - c\n   # of a\n # of b\nd: e\n", "a:\n  - b\n  - c\n  # of a\n  # of b\n\nd: e\n"),
        ("a:\n  - b: c\n    # in b\n  # in a\n", "a:\n  - b: c\n    # in b\n  # in a\n"),
        ("a: Hello,\n         my\n\n   friend.   \n", "a: Hello,\n  my\n\n  friend.\n"),
        ("a: 'it''s\n # me'\n", "a: 'it''s\n  # me'\n"),
        ("a:  |  # c\n      b\n        c  \n\n\nd: e\n", "a: |  # c\n  b\n    c  \n\nd: e\n"),
        ("a:\n - >-\n       b\n       c\n", "a:\n  - >-\n    b\n    c\n"),
        ("a: |4\n       b\n    c\n", "a: |2\n     b\n  c\n"),
        ("a: |+\n    b\n\n\nc: d\n", "a: |+\n  b\n\n\nc: d\n"),
        ("a: 0123\nb: \"0123\"\nc: '*'\nd: ~\ne: no\n", "a: 0123\nb: \"0123\"\nc: '*'\nd: ~\ne: no\n"),
        ("a: \U0001f600  # \U0001f600\n", "a: \U0001f600  # \U0001f600\n"),
    ],
)
def test_a_layout(careless: str, good: str) -> None:
    assert laid_out(careless) == good
    assert laid_out(good) == good


def test_what_does_not_fit_is_written_line_by_line_and_what_does_is_not() -> None:
    words = ", ".join(f"word {number}" for number in range(12))
    assert laid_out(f"a: [{words}]\n") == f"a: [{words}]\n"
    long = f"- {{press: 1, say: [{words}], tag: a_long_word, go: b}}  # c\n"
    assert laid_out(f"a:\n{long}") == (f"a:\n  - press: 1\n    say: [{words}]\n    tag: a_long_word\n    go: b  # c\n")
    longer = words.replace("word", "a long word")
    assert laid_out(f"a: {{b: [{longer}]}}\n").startswith("a:\n  b:\n    - a long word 0\n    - a long word 1\n")


def test_sections_are_parted_by_one_blank_line_and_actions_as_they_were() -> None:
    page = "flow:\n  a:\n    - say: b\n\n\n    - say: c\n    - hangup\n  d:\n    - hangup\n\n\n\n  e:\n    - hangup\n"
    assert laid_out(page) == (
        "flow:\n  a:\n    - say: b\n\n    - say: c\n    - hangup\n\n  d:\n    - hangup\n\n  e:\n    - hangup\n"
    )


def test_long_entries_at_the_top_are_parted_and_short_ones_as_they_were() -> None:
    page = "- scenario: a\n  call: []\n- scenario: b\n  call: []\n- c\n- d\n\n- e\n"
    assert laid_out(page) == "- scenario: a\n  call: []\n\n- scenario: b\n  call: []\n\n- c\n- d\n\n- e\n"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a: *\n", ("F001", 1)),
        ("a: [b\n", ("F001", 2)),
        ("a: &b c\n", ("F002", 1)),
        ("a: !b c\n", ("F002", 1)),
        ("a: b\na: c\n", ("F004", 2)),
        ("a: b\n---\nc: d\n", ("F001", 2)),
        ("a: !!map {b: c}\n", ("F243", 1)),
        ("%YAML 1.2\n---\na: b\n", ("F243", 1)),
        ("a: [ # b\n]\n", ("F243", 1)),
        ('? "a\n  b"\n: c\n', ("F243", 1)),
        ("? - a\n: c\n", ("F003", 1)),
        ("a: |\n  b", ("F243", 1)),
    ],
)
def test_what_cannot_be_laid_out_anew_is_a_finding(text: str, finding: tuple[str, int]) -> None:
    assert refused(text) == [finding]
