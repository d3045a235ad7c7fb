"""The sample flows and the examples of the reference: each is right, and each runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.app import flow_reference
from ivr.core.document.problems import Severity
from ivr.core.flow.bundle import read
from ivr.core.flow.codes import CODES
from ivr.core.flow.kinds import KINDS
from ivr.core.flow.load import load
from ivr.core.flow.reading import declared
from ivr.core.flow.scenario.judge import judge
from ivr.core.flow.simulate import Simulation
from tests.core.flow import samples
from tests.core.flow.calls import FACTS, around

ROOT = Path(__file__).parents[3]
TYPED = ("1", "1", "4567#", "1", "2468", "a message", "3", "2", "", "0", "busy", "", "hangup")
BLOCKS = re.findall(r"```yaml\n(.*?)```", flow_reference.page(), re.DOTALL)
EXAMPLES = dict(enumerate(text for text in BLOCKS if re.search(r"^flow:", text, re.MULTILINE)))


def test_the_sample_flows_have_no_finding_and_pass_their_scenarios_with_full_coverage() -> None:
    found = read(samples.files())
    assert found.problems == ()
    assert found.bundle is not None
    judged = judge(found.bundle)
    assert judged.passed, judged.words
    assert {one.flow: one.missing for one in judged.coverage if one.missing} == {}


@pytest.mark.parametrize("number", EXAMPLES)
def test_an_example_of_the_reference_has_no_error_and_runs(number: int) -> None:
    flow, problems = load(EXAMPLES[number], "example.yaml", surroundings=around())
    assert flow is not None, problems.errors
    simulation = Simulation(flow, FACTS)
    assert simulation.begin()
    for line in TYPED:
        simulation.line(line)
    assert simulation.over is not None


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_explained_with_options_outcomes_and_an_example_of_its_own(kind: str) -> None:
    action = KINDS[kind]
    assert action.about
    assert action.outcomes
    assert re.search(rf"- {kind}\b", action.example)
    flow, _ = load(action.example, "example.yaml", surroundings=around())
    assert flow is not None
    found = next(item for item in flow.actions() if item.kind == kind)
    named = {"option": "chosen", "key": "key"}
    outcomes = {named.get(way.outcome.split()[0], way.outcome) for way in found.exits()}
    described = any(" " in name for name in action.outcomes)  # the flow of the example gives them their names
    assert described or outcomes <= set(action.outcomes)
    for name, option in declared(action).items():
        assert option.about, name
        assert option.shown or option.default not in (None, False), name


def test_the_reference_in_the_docs_is_fresh() -> None:
    assert (ROOT / "docs" / "flows.md").read_text(encoding="utf-8") == flow_reference.page(), (
        "run: python -m ivr.app.flow_reference > docs/flows.md"
    )


def test_every_code_that_is_noted_has_a_paragraph_and_every_paragraph_a_code() -> None:
    folders = [ROOT / "ivr" / "core" / room for room in ("acd", "flow", "document", "hours", "workforce")]
    noted = {
        code
        for folder in folders
        for path in folder.rglob("*.py")
        if path.name != "codes.py" and not path.name.startswith("examples")
        for code in re.findall(r'"(F\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert noted == set(CODES)


def test_the_examples_of_the_reference_have_few_warnings() -> None:
    for text in EXAMPLES.values():
        _, problems = load(text, "example.yaml", surroundings=around())
        assert {p.code for p in problems if p.severity is Severity.WARNING} <= {"F114"}, text
