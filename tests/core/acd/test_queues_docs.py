"""The page of the docs about queues: its sample has no finding, and it says what is read."""

from __future__ import annotations

import re

from ivr.core.acd.needs import course
from ivr.core.acd.queue_reading import SHARED
from ivr.core.acd.setup import Queue, Strategy
from ivr.core.document.format import formatted
from ivr.core.document.problems import Problems
from ivr.core.flow import schema
from ivr.core.flow.bundle import read
from ivr.core.flow.codes import CODES
from tests.core.acd.queue_pages import findings
from tests.house.pages import ROOT, blocks

PAGE = ROOT / "docs" / "queues.md"
TEXT = PAGE.read_text(encoding="utf-8")
SAMPLE, FLOW = (block.body for block in blocks(PAGE) if block.kind == "yaml")


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of the first table below a heading whose first cell is a word of code, by that word."""
    part = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    cells = [line.strip("|").split(" | ") for line in part.splitlines() if line.startswith("| `")]
    return {row[0].strip("` "): [cell.strip() for cell in row[1:]] for row in cells}


def test_the_sample_has_no_finding_and_is_laid_out() -> None:
    assert findings(SAMPLE, {"music/calm"})[1] == []
    assert formatted(SAMPLE, "queues.yaml", Problems()) == SAMPLE


def test_the_flow_leads_to_the_sample() -> None:
    files = {"main.yaml": FLOW, "queues.yaml": SAMPLE, "hours.yaml": "support: {open: {mon-fri: 09:00-17:00}}\n"}
    found = read({name: text.encode() for name, text in files.items()})
    assert [problem.code for problem in found.problems] == []


def test_the_sample_means_what_the_page_says() -> None:
    setup, _ = findings(SAMPLE)
    billing, emergency, sales = (setup.queues[name] for name in ("billing", "emergency", "sales"))
    assert (billing.ring, billing.longest, emergency.ring) == (15.0, 1800.0, 30.0)
    assert (emergency.lane, emergency.missed_break, sales.lane, sales.priority) == (0, False, 1, -5.0)
    stages = [(stage.begins, stage.need.require, stage.need.groups) for stage in course(billing).stages]
    assert stages == [
        (0.0, (("billing", 3),), ()),
        (30.0, (("billing", 1),), ()),
        (90.0, (), ("back_office",)),
    ]
    assert {stage.need.prefer for stage in course(billing).stages} == {(("contracts", 2),)}


def test_the_tables_have_every_option_and_strategy() -> None:
    queue = schema.page("queues")["properties"]["queues"]["additionalProperties"]["properties"]
    assert list(rows("Options of a queue")) == ["about", "needs", *SHARED]
    assert set(rows("Options of a queue")) == set(queue)
    assert set(rows("Who may serve a call")) == set(queue["needs"]["anyOf"][0]["properties"])
    assert list(rows("Who of several")) == list(Strategy)


def test_the_defaults_that_are_told_are_those_of_the_model() -> None:
    plain = Queue(name="")
    told = {name: cells[-1].strip("`") for name, cells in rows("Options of a queue").items()}
    assert told["ring"] == f"{plain.ring:g}s"
    assert told["strategy"] == plain.strategy
    assert (told["seed"], told["lane"], told["missed"]) == (str(plain.seed), str(plain.lane), "break")
    rest = rows("Options of a queue")["rest"][0].strip("`")
    assert findings(f"queues: {{a: {{rest: {rest}}}}}")[0].queues["a"].rests == plain.rests


def test_the_findings_that_are_told_are_those_about_queues() -> None:
    about = sorted(code for code in CODES if "F250" <= code < "F280")
    first, last = re.findall(r"`(F\d+)` to `(F\d+)`", TEXT)[0]
    assert (first, last) == (about[0], about[-1])
