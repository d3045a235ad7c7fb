"""The ``needs`` of a queue: every way to write them, and every mistake at its place with its mending."""

from __future__ import annotations

import pytest

from ivr.core.acd.setup import Step
from tests.core.acd.queue_pages import below, findings, queue, told, unmarked

NEEDS: list[tuple[str, tuple[Step, ...]]] = [
    ("{require: {billing: 3}}", (Step(require=(("billing", 3),)),)),
    ("[{require: {phones: 1, billing: 5}}]", (Step(require=(("billing", 5), ("phones", 1))),)),
    ("{prefer: {contracts: 2}}", (Step(prefer=(("contracts", 2),)),)),
    (
        "[{require: {billing: 3}, for: 30s, if_none: skip}, {lower: {billing: 1}, for: 1m}, {drop: billing}]",
        (
            Step(lasts=30.0, require=(("billing", 3),), skip_if_none=True),
            Step(lasts=60.0, lower=(("billing", 1),)),
            Step(drop=("billing",)),
        ),
    ),
    ("[{for: 30s}, {add_group: back_office}]", (Step(lasts=30.0), Step(add_groups=("back_office",)))),
    (
        "[{for: 30s, if_none: wait}, {add_group: [back_office, night_shift]}]",
        (Step(lasts=30.0), Step(add_groups=("back_office", "night_shift"))),
    ),
    (
        "[{require: {billing: 1, phones: 1}, for: 5s}, {drop: [billing, phones], prefer: {billing: 2}}]",
        (
            Step(lasts=5.0, require=(("billing", 1), ("phones", 1))),
            Step(drop=("billing", "phones"), prefer=(("billing", 2),)),
        ),
    ),
    # one sort of agents first, then another
    (
        "[{require: {billing: 3}, for: 30s}, {drop: billing, require: {contracts: 3}}]",
        (Step(lasts=30.0, require=(("billing", 3),)), Step(drop=("billing",), require=(("contracts", 3),))),
    ),
    # what is preferred counts as soon as less is required
    (
        "[{require: {billing: 3}, prefer: {billing: 3}, for: 30s}, {lower: {billing: 1}}]",
        (Step(lasts=30.0, require=(("billing", 3),), prefer=(("billing", 3),)), Step(lower=(("billing", 1),))),
    ),
    # what was only preferred may be dropped
    (
        "[{prefer: {billing: 3}, for: 30s}, {drop: billing}]",
        (Step(lasts=30.0, prefer=(("billing", 3),)), Step(drop=("billing",))),
    ),
    ("{require: {billing: 3}, if_none: wait}", (Step(require=(("billing", 3),)),)),
]


@pytest.mark.parametrize(("written", "steps"), NEEDS)
def test_needs_are_one_set_or_steps(written: str, steps: tuple[Step, ...]) -> None:
    assert queue(f"needs: {written}").steps == steps


# Each stands below `billing:`, and the mistake between `‹` and `›`.
PLANTED = {
    "a skill misspelled": ("needs: {require: {‹biling›: 3}}", "F250", "did you mean 'billing'?"),
    "a skill that is a group": ("needs: {require: {‹back_office›: 3}}", "F250", "'back_office' is a group: write"),
    "a skill of another word": ("needs: {prefer: {‹juggling›: 3}}", "F250", "there is billing, contracts, phones"),
    "a language": ("needs: {require: {billing: 3, ‹language›: en}}", "F250", "a call brings its language along"),
    "a skill dropped that is none": (
        "needs: [{require: {billing: 3}, for: 30s}, {drop: ‹biling›}]", "F250", "did you mean 'billing'?",
    ),
    "a skill lowered that is none": (
        "needs: [{require: {billing: 3}, for: 30s}, {lower: {‹biling›: 1}}]", "F250", "did you mean 'billing'?",
    ),
    "a group misspelled": ("needs: [{for: 30s}, {add_group: ‹backoffice›}]", "F251", "did you mean 'back_office'?"),
    "a group in a list": (
        "needs: [{for: 30s}, {add_group: [back_office, ‹nobody›]}]", "F251", "there is back_office, night_shift",
    ),
    "a group that is a skill": ("needs: [{for: 30s}, {add_group: ‹billing›}]", "F251", "'billing' is a skill"),
    "a level too high": ("needs: {require: {billing: ‹6›}}", "F252", "a level is a whole number, 1 for a little"),
    "a level of nothing": ("needs: {require: {billing: ‹0›}}", "F252", "take it out"),
    "a level in words": ("needs: {prefer: {billing: ‹high›}}", "F252", "a level is a whole number"),
    "half a level": ("needs: {require: {billing: ‹2.5›}}", "F252", "a level is a whole number"),
    "a level that is missing": ("needs: {require: {billing: ‹›}}", "F011", "write the words"),
    "lowered to nothing": (
        "needs: [{require: {billing: 3}, for: 30s}, {lower: {billing: ‹0›}}]", "F252", "write drop: billing in a step",
    ),
    "a skill lowered that nobody requires": (
        "needs: [{require: {billing: 3}, for: 30s}, {lower: {‹phones›: 1}}]", "F253 warning",
        "write require: {phones: 3} in a step before",
    ),
    "a skill dropped that nobody requires": (
        "needs: [{require: {billing: 3}, for: 30s}, {drop: [billing, ‹phones›]}]", "F253 warning", "write require:",
    ),
    "a skill lowered after it was dropped": (
        "needs: [{require: {billing: 3}, for: 30s}, {drop: billing, for: 30s}, {lower: {‹billing›: 1}}]",
        "F253 warning", "write require:",
    ),
    "lowered upwards": (
        "needs: [{require: {billing: 3}, for: 30s}, {lower: {‹billing›: 4}}]", "F254", "write a level below 3",
    ),
    "lowered upwards from the least": (
        "needs: [{require: {billing: 1}, for: 30s}, {lower: {‹billing›: 2}}]", "F254", "write drop: billing",
    ),
    "lowered upwards in the third step": (
        "needs:\n- {require: {billing: 5}, for: 30s}\n- {lower: {billing: 2}, for: 30s}\n- {lower: {‹billing›: 3}}",
        "F254", "write a level below 2",
    ),
    "a step that does not end": (
        "needs:\n- ‹{›require: {billing: 3}}\n- {lower: {billing: 1}}", "F255", "write how long it holds: for: 30s",
    ),
    "a step that does not end, in the middle": (
        "needs:\n- {require: {billing: 3}, for: 30s}\n- ‹lower›: {billing: 1}\n- drop: billing", "F255", "write how",
    ),
    "a last step that ends": ("needs: {require: {billing: 3}, ‹for›: 30s}", "F256 warning", "take it out, or write"),
    "a last step that is skipped": (
        "needs: {require: {billing: 3}, ‹if_none›: skip}", "F256 warning", "take it out, or write one more step",
    ),
    "a step without anything": (
        "needs: [{require: {billing: 3}, for: 30s}, ‹{›for: 30s}, {drop: billing}]", "F256 warning", "say what",
    ),
    "lowered to the same": (
        "needs: [{require: {billing: 3}, for: 30s}, {lower: {‹billing›: 3}}]", "F256 warning", "take it out",
    ),
    "required again": (
        "needs: [{require: {billing: 3}, for: 30s}, {require: {‹billing›: 3}}]", "F256 warning", "take it out",
    ),
    "require where lower is meant": (
        "needs: [{require: {billing: 3}, for: 30s}, {require: {‹billing›: 1}}]", "F256 warning",
        "write lower: {billing: 1}",
    ),
    "a group added twice": (
        "needs: [{add_group: back_office, for: 30s}, {add_group: ‹back_office›}]", "F256 warning", "take it out",
    ),
    "preferred again": (
        "needs: [{prefer: {billing: 3}, for: 30s}, {prefer: {‹billing›: 3}}]", "F256 warning", "take it out",
    ),
    "preferred where everybody has it": (
        "needs: {require: {billing: 3}, prefer: {‹billing›: 2}}", "F256 warning", "prefer a higher level, or take it",
    ),
    "more and more": (
        "needs: [{require: {billing: 3}, for: 30s}, {require: {‹phones›: 1}}]", "F257 warning",
        "write it in the first step",
    ),
    "a higher level later": (
        "needs: [{require: {billing: 3}, for: 30s}, {require: {‹billing›: 4}}]", "F257 warning", "write it in the",
    ),
    "lowered and dropped": (
        "needs: [{require: {billing: 3}, for: 30s}, {lower: {billing: 1}, drop: ‹billing›}]", "F258",
        "let a skill stand in one of them",
    ),
    "required and lowered": ("needs: {require: {billing: 3}, lower: {‹billing›: 1}}", "F258", "let a skill stand"),
    "no needs": ("needs: ‹[›]", "F011", "write  needs: {require: {billing: 3}}"),
    "an empty need": ("needs: ‹{›}", "F011", "write  needs: {require: {billing: 3}}"),
    "no skills": ("needs: {require: ‹{›}}", "F011", "write a skill and its level"),
    "no groups": ("needs: [{for: 30s}, {add_group: ‹[›]}]", "F011", "write a name"),
    "a group twice in a list": ("needs: [{for: 30s}, {add_group: [back_office, ‹back_office›]}]", "F004", "the first"),
    "a skill as a step": ("needs: ‹billing›", "F022", "write  {require: {billing: 3}, for: 30s}"),
    "a skill in a list of steps": ("needs: [{require: {billing: 3}, for: 30s}, ‹contracts›]", "F022", "write  {"),
    "skills in a list": ("needs: {require: ‹[›billing]}", "F022", "write  require: {billing: 3}"),
    "a skill without a level": ("needs: {require: ‹contracts›}", "F022", "write  require: {contracts: 3}"),
    "a list of groups in a list": ("needs: [{for: 30s}, {add_group: [‹[›back_office]]}]", "F010", ""),
    "an unknown option of a step": ("needs: {‹requires›: {billing: 3}}", "F021", "did you mean 'require'?"),
    "groups in a step": ("needs: [{for: 30s}, {‹groups›: back_office}]", "F021", "write add_group:"),
    "until in a step": ("needs: [{‹until›: 30s, for: 30s}, {add_group: back_office}]", "F021", "write for:"),
    "a step without a unit": ("needs: [{for: ‹30›}, {add_group: back_office}]", "F013", "write it as 3s"),
    "a step of no time": ("needs: [{for: ‹0s›}, {add_group: back_office}]", "F015", ""),
    "a step of a year": ("needs: [{for: ‹365d›}, {add_group: back_office}]", "F015", ""),
    "an unknown word for nobody": ("needs: [{for: 30s, if_none: ‹leave›}, {add_group: back_office}]", "F018", "it is"),
    "too many steps": ("needs: [" + "{for: 1s}, " * 20 + "‹{›for: 1s}]", "F015", "take it out"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_mistake_of_needs_is_found_at_its_place_with_its_mending(name: str) -> None:
    marked, code, hint = PLANTED[name]
    text, places = unmarked(below(marked))
    _, problems = findings(text)
    assert told(problems) == [code], problems
    assert [(problem.mark.line, problem.mark.column) for problem in problems] == places
    assert problems[0].hint.startswith(hint)
    assert problems[0].message.endswith(".")


def test_behind_a_step_with_a_mistake_nothing_is_said_that_only_follows_from_it() -> None:
    for first in ("require: {biling: 3}", "require: {billing: many}", "requires: {billing: 3}"):
        _, problems = findings(below(f"needs: [{{{first}, for: 30s}}, {{lower: {{billing: 1}}}}]"))
        assert len(problems) == 1, problems


def test_a_mistake_of_the_meaning_is_found_behind_a_step_with_a_mistake() -> None:
    _, problems = findings(below("needs: [{require: {biling: 3, billing: 3}, for: 30s}, {lower: {billing: 4}}]"))
    assert told(problems) == ["F250", "F254"]
