"""The JSON Schema for editors: it lets every correct page be, and underlines mistakes of form."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document import source
from ivr.core.document.fields import Reader
from ivr.core.document.problems import Mark, Problems
from ivr.core.document.schema import Schema
from ivr.core.document.source import Mapping, Node, Scalar, Sequence
from ivr.core.flow import schema
from ivr.core.flow.bundle import is_flow
from ivr.core.flow.examples import EXAMPLES
from ivr.core.flow.kinds import KINDS
from ivr.core.flow.load import Source, load
from ivr.core.flow.reading import Form, declared
from ivr.core.flow.scenario import schema as scenario
from ivr.core.flow.scenario.reading import read_scenarios
from tests.core.flow.test_planted import PLANTED, _places
from tests.house.pages import ROOT, blocks, pages

FLOW = jsonschema.Draft202012Validator(schema.page("flow"))
QUEUES = jsonschema.Draft202012Validator(schema.page("queues"))
PATHS = [
    *sorted(path for path in (ROOT / "flows").glob("*.yaml") if is_flow(path.name)),
    *sorted(path for path in (ROOT / "tests" / "acceptance" / "flows").glob("*.yaml") if is_flow(path.name)),
    ROOT / "ivr" / "app" / "templates" / "main.yaml",
]
BLOCKS = [block for page in pages() for block in blocks(page) if block.kind == "yaml" and "flow:\n" in block.body]
CORE_1_2 = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
YAML_1_1 = {**CORE_1_2, "yes": True, "Yes": True, "on": True, "no": False, "No": False, "off": False}
# Mistakes that a schema sees, but for a few; and those that it must not take for one.
OF_FORM = {"F010", "F011", "F012", "F013", "F014", "F016", "F017", "F018", "F020", "F021", "F022", "F101", "F111"}
OF_MEANING = {f"F{number}" for number in (*range(102, 110), *range(112, 116), 117, *range(119, 126))}
UNSAID = {
    "a question without give_up": "it may stand in the defaults",
    "a range that falls": "a range is a text to it",
}


_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?([0-9]*[.][0-9]+|[0-9]+[.][0-9]*|[0-9]+)([eE][-+]?[0-9]+)?")


def seen(node: Node | None, words: dict[str, bool]) -> Any:
    """A tree as an editor reads it: scalars without quotes are numbers, booleans or nothing where they look so."""
    if isinstance(node, Mapping):
        return {key.text: seen(value, words) for key, value in node}
    if isinstance(node, Sequence):
        return [seen(item, words) for item in node.items]
    if node is None or (node.text in ("", "~", "null") and not node.quoted):
        return None
    if node.text in words and not node.quoted:
        return words[node.text]
    number = int if _INTEGER.fullmatch(node.text) else float if _FLOAT.fullmatch(node.text) else str
    return node.text if node.quoted else number(node.text)


def complaints(text: str, validator: Any = FLOW) -> list[str]:
    """What a schema has against a page, as editors of either YAML read it."""
    tree = source.parse(text, "page.yaml", Problems())
    return [error.message for words in (CORE_1_2, YAML_1_1) for error in validator.iter_errors(seen(tree, words))]


@pytest.mark.parametrize("name", schema.PAGES)
def test_it_is_a_schema_of_its_draft(name: str) -> None:
    made = schema.page(name)
    jsonschema.Draft202012Validator.check_schema(made)
    assert made["title"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.stem))
def test_a_flow_of_the_tree_is_let_be(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_flow_of_the_docs_is_let_be(block: Any) -> None:
    flow, _ = load(block.body, "page.yaml")
    assert flow is None or complaints(block.body) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_kind_is_let_be(kind: str) -> None:
    assert complaints(KINDS[kind].example) == []


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_mended_mistake_is_let_be(code: str) -> None:
    example = EXAMPLES[code]
    validator = QUEUES if example.file.endswith("queues.yaml") else FLOW
    assert complaints(example.mended, validator) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_mistake_of_form_is_underlined_and_one_of_meaning_is_not(name: str) -> None:
    code, page = PLANTED[name]
    text, _ = _places(page)
    if code in OF_FORM and name not in UNSAID:
        assert complaints(text)
    if code in OF_MEANING:
        assert complaints(text) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("- say: Hello.", "- sya: Hello."), "is not valid under any of the given schemas"),
        (("- say: Hello.", "- say: Hello.\n      interuptible: no"), "'interuptible' was unexpected"),
        (("- say: Hello.", "- say:"), "is not valid under any of the given schemas"),
        (("- say: Hello.", "- say: Hello.\n      interruptible: maybe"), "is not valid under any of the given schemas"),
        (("- hangup", "- hangupp"), "is not one of ['hangup']"),
        (("attempts: 3", "attempts: 11"), "11 is greater than the maximum of 10"),
        (("attempts: 3", "attempts: many"), "'many' does not match"),
        (("first_input: 5s", "first_input: 5"), "5 is not of type 'string'"),
        (("press: 1", "press: one"), "'one' does not match"),
        (("press: 1, go: a}", "press: 1, then: a}"), "'go' is a required property"),
        (('press: "0"', 'press: "00"'), "'00' does not match"),
        (("takes: {account: text}", "takes: {account: string}"), "'string' is not one of"),
        (("flow:\n", "sections:\n"), "'flow' is a required property"),
    ],
)
def test_a_change_for_the_worse_is_underlined_with_a_reason(change: tuple[str, str], said: str) -> None:
    page = """\
takes: {account: text}
anywhere:
  operator: {press: "0", go: a}
defaults:
  attempts: 3
  first_input: 5s
flow:
  a:
    - say: Hello.
    - menu: Press 1.
      options: [{press: 1, go: a}]
      give_up: b
  b:
    - hangup
"""
    assert complaints(page) == []
    assert page.count(change[0]) == 1
    assert any(said in message for message in complaints(page.replace(*change))), complaints(page.replace(*change))


def test_it_knows_every_word_at_the_top_of_a_flow_and_no_other() -> None:
    _, problems = load("qqqqqq: 1\nflow:\n  a:\n    - hangup\n", "page.yaml")
    (problem,) = problems
    assert problem.hint.removeprefix("it can have ").split(", ") == sorted(schema.top())


def test_it_knows_every_word_of_the_defaults_and_no_other() -> None:
    _, problems = load("defaults: {qqqqqq: 1}\nflow:\n  a:\n    - hangup\n", "page.yaml")
    (problem,) = problems
    assert problem.hint.removeprefix("it can have ").split(", ") == sorted(schema.defaults()["properties"])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if declared(KINDS[kind])])
def test_an_option_is_described_with_its_default(kind: str) -> None:
    options = schema.page("flow")["$defs"][kind]["properties"]
    assert set(options) == {item.name or name for name, item in declared(KINDS[kind]).items()}
    for name, option in options.items():
        assert option["description"], name
        if "default" in option:
            assert list(jsonschema.Draft202012Validator(option).iter_errors(_typed(option["default"]))) == [], name


def _typed(text: str) -> object:
    return seen(Scalar(text, Mark("page.yaml", 1, 1)), CORE_1_2)


def test_a_default_is_shown() -> None:
    menu = schema.page("flow")["$defs"]["menu"]["properties"]
    assert (menu["attempts"]["default"], menu["first_input"]["default"]) == ("3", "5s")
    assert menu["attempts"]["description"].startswith("how often the question is put before giving up (a whole number")
    assert "default" not in menu["no_input"]


def test_a_form_without_a_schema_may_be_anything() -> None:
    assert Form("whatever", lambda node, reading: None).schema == {}


def test_the_severities_of_a_project() -> None:
    validator = jsonschema.Draft202012Validator(schema.page("checks"))
    assert complaints("F114: error\nF109: {severity: off, because: our menus use 0}\n", validator) == []
    for wrong in ("F999: error", "F109: quiet", "F109: {severity: off, because: yes}", "F109: {because: so it is}"):
        assert complaints(wrong, validator), wrong


NUMBERS = """\
"100": main
"+49301234567": {hours: support, open: main, closed: night, holiday: {share: {night: 100%}}}
"200": {share: {shop: 90%, shop_new: 10%}}
8xx: clinic
else: main
"""


def test_who_answers_a_number() -> None:
    validator = jsonschema.Draft202012Validator(schema.page("numbers"))
    assert complaints(NUMBERS, validator) == []
    for wrong in ("'100': {hours: support}", "'100': [main]", "'100': {share: {main: 1}}", "'100': Main Flow"):
        assert complaints(wrong, validator), wrong


def test_scenarios_of_the_docs_are_let_be_and_mistakes_of_form_are_underlined() -> None:
    validator = jsonschema.Draft202012Validator(schema.page("scenarios"))
    known = [block for page in pages() for block in blocks(page) if block.file.endswith(".scenarios.yaml")]
    assert known
    for block in known:
        assert complaints(block.body, validator) == [], block
    for wrong in (
        "presses: one",
        "presses: 1, hears: a",
        "hear: a",
        "waits: 3",
        "records: all",
        "expect: {end: failed}",
    ):
        assert complaints(f"- {{scenario: a, call: [{{{wrong}}}]}}", validator), wrong
    assert complaints("- {call: [hangs_up]}", validator)
    assert complaints("- {scenario: a, call: [hears]}", validator)


def test_it_knows_every_word_of_a_scenario_and_no_other() -> None:
    _, problems = scenarios_of("- {scenario: a, qqqqqq: b, call: [{hears: a}, {qqqqqq: b}, {expect: {qqqqqq: c}}]}")
    hints = [problem.hint.partition(" ")[2].removeprefix("can have ").removeprefix("are ") for problem in problems]
    known = [set(hint.split(", ")) for hint in hints]
    assert known == [set(scenario.options()), set(scenario.steps()), set(scenario.wishes())]


def scenarios_of(text: str) -> tuple[object, Problems]:
    """The scenarios of a page, and its findings."""
    problems = Problems()
    return read_scenarios(Source(text, "main.scenarios.yaml"), "main", {}, "UTC", problems), problems


# What a reader takes, its schema takes: an editor raises no false alarm.

READERS: list[tuple[Reader[Any], Schema]] = [
    (typed.text, shape.text()),
    (typed.words, shape.words()),
    (typed.name, shape.name()),
    (typed.duration, shape.duration()),
    (typed.yes_no, shape.yes_no()),
    (typed.whole(1, 40), shape.whole(1, 40)),
    (typed.span(1, 40), shape.span(1, 40)),
    (typed.keys, shape.keys()),
    (typed.lasting(1, 60), shape.duration()),
    (typed.recorded, shape.recorded()),
    (typed.choice(["off", "keep", "flush"]), shape.choice(["off", "keep", "flush"])),
]
WORDS = st.sampled_from(
    [
        *("yes", "No", "ON", "off", "true", "FALSE", "keep", "flush", "on_error", "a", "a b", "A", "", " ", "\t"),
        *(
            "3s",
            "500ms",
            "1m30s",
            "1 m 30 s",
            "1.5h",
            "2d",
            "5",
            "0",
            "007",
            "4",
            "40",
            "41",
            "6..10",
            "4 .. 6",
            "9..3",
            "music/calm",
        ),
        *("*", "#", "0123", "12*#", "1e3", "-1", "1.5", "null", "~", "余额", "\U0001f600", "10:30", "2026-12-01"),
    ]
)


@given(text=st.one_of(WORDS, st.text(max_size=8)), quoted=st.booleans(), reader=st.sampled_from(READERS))
def test_what_a_reader_takes_its_schema_takes(text: str, quoted: bool, reader: tuple[Reader[Any], Schema]) -> None:
    read, made = reader
    scalar = Scalar(text if quoted else text.strip(), Mark("page.yaml", 1, 1), quoted)
    if (not scalar.text and not quoted) or read(scalar, Problems()) is None:
        return
    for words in (CORE_1_2, YAML_1_1):
        value = seen(scalar, words)
        if value is not None:  # an editor tells of what is written as nothing
            assert list(jsonschema.Draft202012Validator(made).iter_errors(value)) == []
