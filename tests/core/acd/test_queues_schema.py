"""The schema of ``queues.yaml`` lets be what the reader reads, and underlines mistakes of form."""

from __future__ import annotations

import jsonschema
import pytest

from ivr.core.acd.queue_reading import SHARED
from ivr.core.flow import schema
from tests.core.acd import test_queues_needs as needs
from tests.core.acd import test_queues_reading as reading
from tests.core.acd.queue_pages import below, findings, unmarked
from tests.core.flow.test_schema import complaints

QUEUES = jsonschema.Draft202012Validator(schema.page("queues"))
OF_FORM = {"F010", "F011", "F012", "F013", "F014", "F018", "F020", "F021", "F022", "F252", "F259", "F260", "F264"}
OF_MEANING = {"F250", "F251", "F253", "F254", "F255", "F256", "F257", "F258", "F261", "F262", "F263", "F265", "F266"}
UNSAID = {
    "a target of all and more": "it has the form of one",
    "a target of nobody": "it has the form of one",
    "a target in a day": "it has the form of one",
    "a priority of days": "it has the form of one",
    "nobody may wait at all": "it has the form of a length of time",
    "a language": "its level is a word",
}


def complained(text: str) -> list[str]:
    """What the schema has against a page."""
    return complaints(text, QUEUES)


def marked_pages() -> dict[str, tuple[str, str]]:
    """Every planted mistake: its page and its code."""
    planted = {name: (below(page), code) for name, (page, code, _) in {**needs.PLANTED, **reading.PLANTED}.items()}
    return {**planted, **{name: (page, code) for name, (page, code, _) in reading.PAGES.items()}}


PLANTED = marked_pages()


@pytest.mark.parametrize("written", [case[0] for case in reading.OPTIONS])
def test_an_option_that_is_read_is_let_be(written: str) -> None:
    assert complained(below(reading.options(written))) == []


@pytest.mark.parametrize("written", [case[0] for case in needs.NEEDS])
def test_needs_that_are_read_are_let_be(written: str) -> None:
    assert complained(below(f"needs: {written}")) == []


@pytest.mark.parametrize("name", sorted(PLANTED.keys() - UNSAID.keys()))
def test_a_mistake_of_form_is_underlined_and_one_of_meaning_is_not(name: str) -> None:
    marked, code = PLANTED[name]
    text, _ = unmarked(marked)
    if code.split()[0] in OF_FORM:
        assert complained(text)
    if code.split()[0] in OF_MEANING:
        assert complained(text) == []


def test_it_knows_every_word_of_the_page_and_no_other() -> None:
    _, problems = findings("""\
voices: 7
breaks: {lunch: {qqqqqq: 1}}
defaults: {qqqqqq: 1}
queues: {a: {qqqqqq: 1, wrap_up: {for: 1s, qqqqqq: 1}, without_agents: {qqqqqq: 1}, rest: {qqqqqq: 1}}}
""")
    page = schema.page("queues")["properties"]
    queue = page["queues"]["additionalProperties"]["properties"]
    known = [
        set(page),
        set(page["breaks"]["additionalProperties"]["properties"]),
        set(page["defaults"]["properties"]),
        set(queue),
        set(queue["wrap_up"]["anyOf"][0]["anyOf"][1]["properties"]),
        set(queue["without_agents"]["properties"]),
        set(queue["rest"]["properties"]),
    ]
    assert [set(problem.hint.removeprefix("it can have ").split(", ")) for problem in problems] == known
    assert set(page["defaults"]["properties"]) == set(SHARED)


def test_it_knows_every_word_of_a_step_and_no_other() -> None:
    _, (problem,) = findings("queues: {a: {needs: {qqqqqq: 1}}}")
    queue = schema.page("queues")["properties"]["queues"]["additionalProperties"]["properties"]
    step = queue["needs"]["anyOf"][0]["properties"]
    assert set(problem.hint.removeprefix("it can have ").split(", ")) == set(step)
    assert all(option["description"] for option in (*step.values(), *queue.values()))
