"""What a call needs: who fits, who comes first, and the stages that a queue's steps make of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.acd.needs import Course, Missing, Need, Stage, anybody, course
from ivr.core.acd.people import Agent
from ivr.core.acd.setup import Levels, Queue, Step, levels
from tests.core.acd.scenes import agent_of

SALES = Need("sales", require=levels({"spanish": 3, "tech": 1}), groups=("backup",))


def stages(*steps: Step, own: Levels = ()) -> list[tuple[float, dict[str, int]]]:
    """When each stage begins, and what it requires."""
    return [(one.begins, dict(one.need.require)) for one in course(Queue(name="sales", steps=steps), own).stages]


# Who fits


def test_an_agent_of_the_queue_or_of_an_added_group_fits() -> None:
    skills = {"spanish": 3, "tech": 5}
    assert SALES.fits(agent_of("ann", skills=skills))
    assert SALES.fits(agent_of("bob", ["other"], skills, groups=frozenset({"backup", "floor"})))
    assert not SALES.fits(agent_of("cho", ["other"], skills, groups=frozenset({"floor"})))


@pytest.mark.parametrize(
    ("queues", "skills", "missing", "words"),
    [
        ([], {}, Missing("queue", "sales"), "is not in the queue sales, nor in a group that was added"),
        (["sales"], {"spanish": 2, "tech": 1}, Missing("skill", "spanish", 3, 2), "spanish 2 where 3 is needed"),
        (["sales"], {"spanish": 4}, Missing("skill", "tech", 1, 0), "tech 0 where 1 is needed"),
    ],
)
def test_what_an_agent_lacks_is_told(queues: list[str], skills: dict[str, int], missing: Missing, words: str) -> None:
    found = SALES.missing(agent_of("ann", queues, skills))
    assert found == missing
    assert str(found) == words


def test_a_call_that_is_kept_for_an_agent_fits_that_one_alone_whatever_else() -> None:
    need = Need("sales", require=levels({"spanish": 3}), reserved_for="ann")
    assert need.fits(agent_of("ann", ["other"]))
    assert str(need.missing(agent_of("bob", skills={"spanish": 5}))) == "the call was kept for ann"


def test_preference_counts_skills_and_proficiency_their_levels() -> None:
    need = Need("sales", require=levels({"spanish": 2}), prefer=levels({"tech": 3, "wine": 1}))
    agent = agent_of("ann", skills={"spanish": 4, "tech": 2, "wine": 5, "cooking": 5})
    assert (need.preference(agent), need.proficiency(agent)) == (1, 11)


def test_anybody_is_whether_one_of_several_fits() -> None:
    assert not anybody(SALES, [])
    assert not anybody(SALES, [agent_of("ann")])
    assert anybody(SALES, [agent_of("ann"), agent_of("bob", skills={"spanish": 3, "tech": 1})])


# How it loosens


def test_a_queue_without_steps_asks_for_nothing() -> None:
    assert course(Queue(name="sales", steps=())) == Course((Stage(0.0, Need("sales")),))


def test_steps_follow_each_other_and_change_what_was_before() -> None:
    found = course(
        Queue(
            name="sales",
            steps=(
                Step(10.0, require=levels({"spanish": 4, "tech": 2}), prefer=levels({"wine": 1}), skip_if_none=True),
                Step(20.0, lower=levels({"spanish": 2})),
                Step(30.0, drop=("tech", "wine"), add_groups=("floor",)),
                Step(add_groups=("backup", "floor")),
            ),
        )
    )
    assert found.stages == (
        Stage(0.0, Need("sales", levels({"spanish": 4, "tech": 2}), levels({"wine": 1})), skip_if_none=True),
        Stage(10.0, Need("sales", levels({"spanish": 2, "tech": 2}), levels({"wine": 1}))),
        Stage(30.0, Need("sales", levels({"spanish": 2}), (), ("floor",))),
        Stage(60.0, Need("sales", levels({"spanish": 2}), (), ("backup", "floor"))),
    )


def test_the_higher_of_own_and_required_levels_counts() -> None:
    steps = (Step(require=levels({"spanish": 2, "tech": 3})),)
    assert stages(*steps, own=levels({"spanish": 4, "tech": 1})) == [(0.0, {"spanish": 4, "tech": 3})]


def test_lowering_never_raises_and_adds_nothing() -> None:
    steps = (Step(10.0, lower=levels({"spanish": 3})), Step(lower=levels({"tech": 1})))
    assert stages(*steps, own=levels({"spanish": 2})) == [(0.0, {"spanish": 2})]


def test_own_needs_loosen_with_the_steps() -> None:
    steps = (Step(10.0), Step(10.0, lower=levels({"spanish": 1})), Step(drop=("spanish",)))
    own = levels({"spanish": 3, "tech": 1})
    assert stages(*steps, own=own) == [
        (0.0, {"spanish": 3, "tech": 1}),
        (10.0, {"spanish": 1, "tech": 1}),
        (20.0, {"tech": 1}),
    ]


def test_steps_that_change_nothing_for_a_call_leave_no_stage() -> None:
    steps = (Step(10.0), Step(10.0, lower=levels({"spanish": 1})), Step(drop=("tech",)))
    assert stages(*steps) == [(0.0, {})]
    assert stages(*steps, own=levels({"tech": 1})) == [(0.0, {"tech": 1}), (20.0, {})]


def test_a_step_that_holds_for_good_is_the_last() -> None:
    assert stages(Step(require=levels({"tech": 1})), Step(drop=("tech",))) == [(0.0, {"tech": 1})]


@pytest.mark.parametrize(
    ("waited", "stage"), [(-1.0, 0), (0.0, 0), (9.9, 0), (10.0, 1), (29.9, 1), (30.0, 2), (1e6, 2)]
)
def test_a_stage_begins_at_its_second(waited: float, stage: int) -> None:
    needs = [Need("sales", levels({"tech": level})) for level in (3, 2, 1)]
    found = Course((Stage(0.0, needs[0]), Stage(10.0, needs[1]), Stage(30.0, needs[2])))
    assert found.at(waited) == stage


# Against a plain reading of the rules

skill_levels = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 5), max_size=3)
step_lists = st.lists(
    st.builds(
        lambda lasts, require, lower, drop, groups: Step(
            float(lasts), levels(require), (), levels(lower), tuple(drop), tuple(groups)
        ),
        st.integers(1, 9), skill_levels, skill_levels, st.sets(st.sampled_from("abc")),
        st.sets(st.sampled_from(["floor", "backup"])),
    ),
    min_size=1, max_size=5,
)  # fmt: skip
agents = st.builds(
    lambda queues, groups, skills: agent_of("ann", queues, skills, groups=frozenset(groups)),
    st.sampled_from([["sales"], ["other"]]), st.sets(st.sampled_from(["floor", "backup"])), skill_levels,
)  # fmt: skip


@given(step_lists, skill_levels, agents, st.integers(0, 50))
def test_who_fits_after_a_wait_is_what_the_steps_say_one_by_one(
    steps: list[Step], own: dict[str, int], agent: Agent, waited: int
) -> None:
    found = course(Queue(name="sales", steps=tuple(steps)), levels(own))
    wanted, groups, begins = dict(own), {"sales"}, 0.0
    for step in steps:
        if begins > waited:
            break
        for skill, level in step.require:
            wanted[skill] = max(level, wanted.get(skill, 0))
        for skill, level in step.lower:
            if skill in wanted and wanted[skill] > level:
                wanted[skill] = level
        wanted = {skill: level for skill, level in wanted.items() if skill not in step.drop}
        groups |= set(step.add_groups)
        begins += step.lasts or 0.0
    need = found.stages[found.at(float(waited))].need
    assert dict(need.require) == wanted
    assert {need.queue, *need.groups} == groups
    known = all(agent.skills.get(skill, 0) >= level for skill, level in wanted.items())
    assert need.fits(agent) is (known and bool(groups & (agent.queues | agent.groups)))
