"""Mistakes that people make, each found at its place with its code, and nothing else found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.core.document.problems import Severity, render
from ivr.core.flow.codes import CODES
from ivr.core.flow.load import Source, load
from tests.core.flow.calls import codes, found

# Every page has one mistake; «…» marks where it is found (the marks are taken out before the page is read).
MENU = """flow:
  welcome:
    - menu: Press 1.
      options:
        - {press: 1, go: goodbye}
      give_up: goodbye
"""
BYE = """  goodbye:
    - dial: "1"
      failed: end
      answered: end
  end:
    - hangup
"""
PLANTED: dict[str, tuple[str, str]] = {
    "an unknown section in an option": ("F104", MENU.replace("go: goodbye}", "go: «goodby»}") + BYE),
    "an unknown section to give up to": ("F104", MENU.replace("give_up: goodbye", "give_up: «persn»") + BYE),
    "an unknown section in go": ("F104", "flow:\n  a:\n    - go: «b»\n"),
    "an unknown section in if": ("F104", "flow:\n  a:\n    - if: call.returned\n      go: «b»\n    - hangup\n"),
    "an unknown section in else": ("F104", "flow:\n  a:\n    - if: call.returned\n      else: «b»\n    - hangup\n"),
    "an unknown section to resume at": ("F104", "resume: «b»\nflow:\n  a:\n    - hangup\n"),
    "an unknown start": ("F104", "start: «b»\nflow:\n  a:\n    - hangup\n"),
    "an unknown section after an error": ("F104", "on_error: «b»\nflow:\n  a:\n    - hangup\n"),
    "an unknown section for a key anywhere": (
        "F104",
        'anywhere:\n  operator: {press: "0", go: «b»}\nflow:\n  a:\n    - hangup\n',
    ),
    "an unknown section in the defaults": ("F104", "defaults:\n  give_up: «b»\nflow:\n  a:\n    - hangup\n"),
    "an unknown section after dialling": (
        "F104",
        'flow:\n  a:\n    - dial: "1"\n      busy: «b»\n    - hangup\n',
    ),
    "an unknown section after recording": (
        "F104",
        "flow:\n  a:\n    - record: Speak.\n      for: us\n      failed: «b»\n    - hangup\n",
    ),
    "an unknown type of a parameter": ("F150", "takes: {account: «txt»}\nflow:\n  a:\n    - hangup\n"),
    "an unknown section when the error budget is spent": (
        "F104",
        "error_budget: {errors: 5, go: «persn»}\nflow:\n  a:\n    - hangup\n",
    ),
    "an unknown kind": ("F110", "flow:\n  a:\n    - «sya»: Hello.\n    - hangup\n"),
    "the kind does not stand first": ("F110", "flow:\n  a:\n    - «for»: us\n      record: Speak.\n    - hangup\n"),
    "a bare word that is no action": ("F110", "flow:\n  a:\n    - «hangupp»\n    - hangup\n"),
    "hangup with a value": ("F110", "flow:\n  a:\n    - «hangup»: now\n"),
    "a kind of a later version": ("F111", "flow:\n  a:\n    - «survey»: billing\n    - hangup\n"),
    "an unknown option": ("F021", "flow:\n  a:\n    - say: Hi.\n      «interuptible»: no\n    - hangup\n"),
    "then instead of go": (
        "F021",
        "flow:\n  a:\n    - if: call.returned\n      say: Hi.\n      «then»: a\n    - hangup\n",
    ),
    "an unknown option of a menu's option": ("F021", MENU.replace("go: goodbye}", "go: goodbye, «tga»: x}") + BYE),
    "an unknown word at the top": ("F021", "«langages»: [en]\nflow:\n  a:\n    - hangup\n"),
    "an unknown default": ("F021", "defaults:\n  «atempts»: 3\nflow:\n  a:\n    - hangup\n"),
    "no flow": ("F020", "«about: nothing»\n"),
    "a question without give_up": (
        "F020",
        MENU.replace("      give_up: goodbye\n", "").replace("- menu: Press", "- «menu: Press") + BYE,
    ),
    "an option without a section": ("F020", MENU.replace("{press: 1, go: goodbye}", "«{press: 1}") + BYE),
    "an option without a key": ("F020", MENU.replace("{press: 1, go: goodbye}", "«{go: goodbye}") + BYE),
    "a recording without a mailbox": ("F020", "flow:\n  a:\n    - «record: Speak.\n    - hangup\n"),
    "a key anywhere without a section": (
        "F020",
        'anywhere:\n  «operator»: {press: "0"}\nflow:\n  a:\n    - hangup\n',
    ),
    "a collect without a name": (
        "F020",
        "flow:\n  a:\n    - «collect: Number.\n      give_up: b\n    - dial: '1'\n      failed: b\n    - hangup\n"
        "  b:\n    - hangup\n",
    ),
    "a length of time without a unit": (
        "F013",
        MENU.replace("give_up: goodbye", "give_up: goodbye\n      first_input: «5»") + BYE,
    ),
    "a number of attempts that is none": (
        "F015",
        MENU.replace("give_up: goodbye", "give_up: goodbye\n      attempts: «many»") + BYE,
    ),
    "too many attempts": ("F015", MENU.replace("give_up: goodbye", "give_up: goodbye\n      attempts: «11»") + BYE),
    "neither yes nor no": ("F014", "flow:\n  a:\n    - say: Hi.\n      interruptible: «maybe»\n    - hangup\n"),
    "a key that no telephone has": ("F017", MENU.replace("press: 1", "press: «one»") + BYE),
    "two keys anywhere": (
        "F017",
        'anywhere:\n  operator: {press: «"00"», go: a}\nflow:\n  a:\n    - hangup\n',
    ),
    "a range that falls": (
        "F016",
        "flow:\n  a:\n    - collect: Number.\n      as: n\n      length: «9..3»\n      give_up: b\n"
        "    - dial: '1'\n      failed: b\n    - hangup\n  b:\n    - hangup\n",
    ),
    "an unknown word for type_ahead": (
        "F018",
        MENU.replace("give_up: goodbye", "give_up: goodbye\n      type_ahead: «drop»") + BYE,
    ),
    "an unknown type of input": (
        "F018",
        "flow:\n  a:\n    - collect: Number.\n      as: n\n      type: «digit»\n      give_up: b\n"
        "    - dial: '1'\n      failed: b\n    - hangup\n  b:\n    - hangup\n",
    ),
    "a name with a capital": (
        "F012",
        "flow:\n  a:\n    - collect: Number.\n      as: «Account»\n      give_up: b\n"
        "    - dial: '1'\n      failed: b\n    - hangup\n  b:\n    - hangup\n",
    ),
    "a section's name with a blank": ("F012", "flow:\n  «main menu»:\n    - hangup\n"),
    "the name call": ("F128", "flow:\n  a:\n    - set: {«call»: 1}\n    - hangup\n"),
    "an empty sentence": ("F011", 'flow:\n  a:\n    - say: «""»\n    - hangup\n'),
    "a list where a word belongs": ("F010", "flow:\n  a:\n    - go: «[b]\n"),
    "options that are no list": (
        "F022",
        "flow:\n  a:\n    - menu: Press 1.\n      options: «x»\n      give_up: b\n  b:\n    - dial: '1'\n"
        "      failed: c\n      answered: c\n  c:\n    - hangup\n",
    ),
    "an empty section": ("F101", "flow:\n  a:\n    - go: b\n  «b»:\n"),
    "a section that is no list": ("F101", "flow:\n  a:\n    - go: b\n  «b»: hangup\n"),
    "an unknown language of the flow": ("F102", "languages: [en, «de»]\nflow:\n  a:\n    - hangup\n"),
    "a sentence missing in a language": (
        "F103",
        "languages: [en, zh]\nflow:\n  a:\n    - say: «Hello.»\n    - hangup\n",
    ),
    "a section that runs off its end": ("F105", "flow:\n  a:\n    - hangup\n  b:\n    - go: c\n  c:\n    - hangup\n"),
    "the same key twice": ("F107", MENU.replace("go: goodbye}", "go: goodbye}\n        - {press: «1», go: end}") + BYE),
    "the same key twice anywhere": (
        "F107",
        'anywhere:\n  operator: {press: "0", go: a}\n  help: {press: «"0"», go: a}\nflow:\n  a:\n    - hangup\n',
    ),
    "a key that means something anywhere": (
        "F109",
        'anywhere:\n  operator: {press: "0", go: goodbye}\n' + MENU.replace("press: 1", "press: «0»") + BYE,
    ),
    "a section that no way leads to": ("F106", "flow:\n  a:\n    - hangup\n  «b»:\n    - hangup\n"),
    "an action after go": ("F108", "flow:\n  a:\n    - go: b\n    - «say»: Never.\n  b:\n    - hangup\n"),
    "a circle without an answer": ("F112", "flow:\n  a:\n    - «go»: a\n"),
    "no way to a person": (
        "F114",
        "flow:\n  «a»:\n    - menu: Press 1.\n      options: [{press: 1, go: b}]\n"
        "      give_up: b\n  b:\n    - hangup\n",
    ),
    "nothing about a call that is not answered": ("F115", 'flow:\n  a:\n    - «dial»: "1"\n    - hangup\n'),
    "an if without consequences": ("F117", "flow:\n  a:\n    - «if»: call.returned\n    - hangup\n"),
    "an expression that ends too early": (
        "F120",
        "flow:\n  a:\n    - if: call.from ==« »\n      say: Hi.\n    - hangup\n",
    ),
    "one equals sign": ("F120", 'flow:\n  a:\n    - if: call.from «=» "1"\n      say: Hi.\n    - hangup\n'),
    "two ampersands": (
        "F120",
        "flow:\n  a:\n    - if: call.returned «&&» call.returned\n      say: Hi.\n    - hangup\n",
    ),
    "a quote that is not closed": ("F120", 'flow:\n  a:\n    - if: call.from == «"»1\n      say: Hi.\n    - hangup\n'),
    "an unknown name": ("F121", "flow:\n  a:\n    - if: «balence» > 5\n      say: Hi.\n    - hangup\n"),
    "an unknown name in a sentence": ("F121", "flow:\n  a:\n    - say: Hello {«nmae»}.\n    - hangup\n"),
    "an unknown name on a later line of a sentence": (
        "F121",
        "flow:\n  a:\n    - say: >\n        A long sentence\n        with {«nmae»} in it.\n    - hangup\n",
    ),
    "an unknown name in quotes": ("F121", 'flow:\n  a:\n    - say: "It\'s {«nmae»}."\n    - hangup\n'),
    "an unknown name after Chinese": (
        "F121",
        "languages: zh\nflow:\n  a:\n    - say: 余额是 {«yue»:money}。\n    - hangup\n",
    ),
    "something that is not known of a call": ("F121", "flow:\n  a:\n    - say: Hello {«call.nmae»}.\n    - hangup\n"),
    "a part of a text": (
        "F121",
        "flow:\n  a:\n    - set: {tier: gold}\n    - say: Hello {«tier.name»}.\n    - hangup\n",
    ),
    "an unknown function": ("F122", "flow:\n  a:\n    - if: «lenght»(call.from) > 5\n      say: Hi.\n    - hangup\n"),
    "a text compared with a number": (
        "F123",
        "flow:\n  a:\n    - if: «call.from == 5»\n      say: Hi.\n    - hangup\n",
    ),
    "a condition that is a text": ("F123", "flow:\n  a:\n    - if: «call.from»\n      say: Hi.\n    - hangup\n"),
    "a function with too few values": (
        "F123",
        "flow:\n  a:\n    - if: «starts_with»(call.from)\n      say: Hi.\n    - hangup\n",
    ),
    "a sum of texts": ("F123", 'flow:\n  a:\n    - set: {n: "{«call.from» + 1}"}\n    - hangup\n'),
    "a number compared with a length of time": (
        "F123",
        "flow:\n  a:\n    - set: {n: 5}\n    - if: «n > 5m»\n      say: Hi.\n    - hangup\n",
    ),
    "a brace that is not closed": ("F124", "flow:\n  a:\n    - say: Hello «{»name.\n    - hangup\n"),
    "a brace that closes nothing": ("F124", "flow:\n  a:\n    - say: Hello name«}».\n    - hangup\n"),
    "empty braces": ("F124", "flow:\n  a:\n    - say: Hello «{}».\n    - hangup\n"),
    "an unknown way": ("F125", "flow:\n  a:\n    - say: Hello {call.from:«digit»}.\n    - hangup\n"),
    "a way where nothing is said": (
        "F125",
        'flow:\n  a:\n    - set: {n: «"{call.from:digits}"»}\n    - hangup\n',
    ),
    "a sentence cut at a comma": (
        "F126",
        "flow:\n  a:\n    - say: {en: Hello, «my friend.»}\n    - hangup\n",
    ),
    "a sentence that begins with a brace": (
        "F127",
        "flow:\n  a:\n    - say: {«call.from»: is your number}\n    - hangup\n",
    ),
    "a language that the flow does not have": (
        "F127",
        "flow:\n  a:\n    - say: {en: Hello., «zh»: 你好。}\n    - hangup\n",
    ),
    "a secret that is said": (
        "F119",
        "flow:\n  a:\n    - collect: Card.\n      as: card\n      type: card\n      give_up: b\n"
        "    - say: It is {«card»:digits}.\n    - dial: '1'\n      failed: b\n    - hangup\n  b:\n    - hangup\n",
    ),
    "a secret that is kept under another name and said": (
        "F119",
        "flow:\n  a:\n    - collect: Code.\n      as: code\n      secret: yes\n      give_up: b\n"
        '    - set: {copy: "{code}"}\n      allow_secret: kept for a test\n    - say: It is {«copy»}.\n'
        "    - dial: '1'\n      failed: b\n    - hangup\n  b:\n    - hangup\n",
    ),
    "a secret that is set": (
        "F119",
        "flow:\n  a:\n    - collect: Code.\n      as: code\n      secret: yes\n      give_up: b\n"
        "    - set: {copy: \"code {«code»}\"}\n    - dial: '1'\n      failed: b\n    - hangup\n  b:\n    - hangup\n",
    ),
    "a secret that is dialled": (
        "F119",
        "flow:\n  a:\n    - collect: Code.\n      as: code\n      secret: yes\n      give_up: b\n"
        '    - dial: "{«code»}"\n      failed: b\n    - hangup\n  b:\n    - hangup\n',
    ),
    "a secret that is confirmed": (
        "F119",
        "flow:\n  a:\n    - collect: Code.\n      as: code\n      secret: yes\n      confirm: You said {«code»}.\n"
        "      give_up: b\n    - dial: '1'\n      failed: b\n    - hangup\n  b:\n    - hangup\n",
    ),
    "the star key without quotes": ("F001", "anywhere:\n  repeat: {press: *}\nflow:\n  a:\n    - hangup\n"),
    "an option that is said twice": ("F004", "flow:\n  a:\n    - say: Hi.\n      «say»: Ho.\n    - hangup\n"),
    "a tag": ("F002", "flow:\n  a:\n    - say: «!now Hi.»\n    - hangup\n"),
}
PLANTED["a yes for a reason"] = ("F129", "flow:\n  a:\n    - say: Hi.\n      allow_secret: «no»\n    - hangup\n")
PLANTED["a call without time"] = ("F015", "longest: «1s»\nflow:\n  a:\n    - hangup\n")
PLANTED["a question that waits too long"] = ("F015", "defaults:\n  first_input: «2m»\nflow:\n  a:\n    - hangup\n")
PLANTED["a section that runs off its end"] = ("F105", "flow:\n  a:\n    - «say»: Hello.\n")
PLANTED["a section from which no call can end"] = (
    "F113",
    "flow:\n  «a»:\n    - menu: Press 1.\n      options: [{press: 1, go: a}]\n      give_up: b\n"
    "  «b»:\n    - dial: '1'\n      answered: a\n      failed: c\n"
    "  «c»:\n    - if: call.returned\n      go: a\n      else: b\n",
)


def _places(page: str) -> tuple[str, list[tuple[int, int]]]:
    """The page without its marks, and the places (line, column) of the marks."""
    places = []
    lines = []
    for number, written in enumerate(page.splitlines(), 1):
        line = written
        while "«" in line:
            column = line.index("«")
            places.append((number, column + 1))
            line = line[:column] + line[column + 1 :].replace("»", "", 1)
        lines.append(line)
    return "\n".join(lines) + "\n", places


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_mistake_is_found_at_its_place_and_nothing_else_is_found(name: str) -> None:
    code, page = PLANTED[name]
    text, places = _places(page)
    problems = found(text)
    assert [problem.code for problem in problems] == [code] * max(1, len(places)), problems
    if places:
        assert [(problem.mark.line, problem.mark.column) for problem in problems] == places


def test_every_code_of_the_meaning_of_a_flow_is_planted() -> None:
    pages = Path(__file__).parent.parent.rglob("test_*.py")
    planted = {code for page in pages for code in re.findall(r'"(F\d{3})"', page.read_text(encoding="utf-8"))}
    assert {code for code in CODES if code >= "F100"} - planted == set()


def test_the_finding_of_the_handbook_reads_word_for_word() -> None:
    text = """flow:
  welcome:
    - menu: Press 1.
      options:
        - {press: 1, say: [billing, my bill], go: biling}
      give_up: billing
  billing:
    - dial: "2001"
      failed: goodbye
      answered: goodbye
  goodbye:
    - hangup
"""
    (problem,) = found(text)
    assert render(problem, text.splitlines()) == (
        "flows/main.yaml:5:51  F104  option 1 goes to 'biling', which is not a section of this flow.\n"
        "    5 |         - {press: 1, say: [billing, my bill], go: biling}\n"
        "      |                                                   ^^^^^^ did you mean 'billing'?"
    )


def test_all_mistakes_of_a_page_are_found_at_once() -> None:
    text = """langages: [en]
flow:
  welcome:
    - sya: Hello.
    - say: Hello {nmae}.
    - menu: Press 1.
      options:
        - {press: 1, go: biling}
        - {press: one, go: billing}
      give_up: persn
  billing:
    - if: balance = 5
      go: nowhere
    - hangup
"""
    assert codes(text) == ["F021", "F110", "F121", "F104", "F017", "F104", "F120", "F104"]


def test_a_mistake_in_an_action_does_not_make_its_sections_unreachable() -> None:
    text = "flow:\n  a:\n    - menu: Press 1.\n      options: [{press: 1, go: b, x: y}]\n      give_up: c\n"
    text += "  b:\n    - hangup\n  c:\n    - hangup\n"
    assert codes(text) == ["F021"]


def test_a_name_that_a_broken_action_would_set_is_known() -> None:
    text = "flow:\n  a:\n    - collect: Number.\n      as: n\n      tpye: digits\n      give_up: b\n"
    text += "    - say: You said {n:digits}.\n    - hangup\n  b:\n    - hangup\n"
    assert codes(text) == ["F021"]


def test_warnings_do_not_keep_a_flow_from_running() -> None:
    flow, problems = load("flow:\n  a:\n    - hangup\n  b:\n    - hangup\n", "x.yaml")
    assert flow is not None
    assert [problem.severity for problem in problems] == [Severity.WARNING]


def test_an_error_keeps_a_flow_from_running() -> None:
    flow, problems = load("flow:\n  a:\n    - go: b\n", "x.yaml")
    assert flow is None
    assert problems.errors


def test_an_empty_file_is_a_finding() -> None:
    assert codes("") == codes("# nothing\n") == ["F100"]


def test_a_circle_that_an_if_may_leave_is_let_be() -> None:
    text = 'flow:\n  a:\n    - set: {n: 0}\n    - go: b\n  b:\n    - set: {n: "{n + 1}"}\n'
    text += "    - if: n > 3\n      go: c\n    - say: Again.\n    - go: b\n  c:\n    - hangup\n"
    assert codes(text) == []


def test_a_circle_through_give_up_is_found() -> None:
    text = "flow:\n  a:\n    - say: Hi.\n    - go: b\n  b:\n    - menu: Press 1.\n      options: [{press: 1, go: c}]\n"
    text += "      give_up: b\n  c:\n    - dial: '1'\n      failed: d\n    - hangup\n  d:\n    - hangup\n"
    assert codes(text) == ["F112"]


def test_a_circle_through_an_answer_is_fine() -> None:
    text = "flow:\n  a:\n    - menu: Press 1.\n      options: [{press: 1, go: a}]\n      give_up: c\n"
    text += "  c:\n    - dial: '1'\n      failed: d\n    - hangup\n  d:\n    - hangup\n"
    assert codes(text) == []


def test_a_mistake_in_the_shared_defaults_is_found_in_their_file() -> None:
    page = "flow:\n  a:\n    - hangup\n"
    _, problems = load(page, "flows/main.yaml", defaults=Source("attempts: 3\nbetwen: 2s\n", "flows/defaults.yaml"))
    assert [(p.code, p.mark.file, p.mark.line) for p in problems] == [("F021", "flows/defaults.yaml", 2)]


def test_a_flow_overrides_the_shared_defaults() -> None:
    page = "defaults:\n  attempts: 2\n" + MENU + BYE
    flow, _ = load(page, "flows/main.yaml", defaults=Source("attempts: 5\nfirst_input: 9s\n", "flows/defaults.yaml"))
    assert flow is not None
    menu = flow.sections["welcome"].actions[0]
    assert (menu.attempts, menu.first_input) == (2, 9.0)  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [1, 40])
def test_a_page_of_any_depth_is_a_finding_and_no_crash(size: int) -> None:
    text = "flow:\n  a:\n    - say: " + "[" * size * 50 + "]" * size * 50 + "\n    - hangup\n"
    assert codes(text)
