"""Needs that loosen while a call waits, and calls that are kept for one agent."""

from __future__ import annotations

import pytest

from ivr.core.acd import facts, orders
from ivr.core.acd.facts import Trouble
from ivr.core.acd.setup import Queue, Step, levels
from tests.core.acd.scenes import Scene, agent_of

SPANISH = levels({"spanish": 4})
LOOSER = Queue(
    name="sales",
    steps=(
        Step(20.0, require=SPANISH),
        Step(20.0, lower=levels({"spanish": 2})),
        Step(20.0, drop=("spanish",)),
        Step(add_groups=("backup",)),
    ),
)
SKIPPED = Queue(
    name="sales",
    steps=(
        Step(20.0, require=SPANISH, skip_if_none=True),
        Step(20.0, lower=levels({"spanish": 2})),
        Step(drop=("spanish",)),
    ),
)


# Loosening


def test_an_agent_fits_with_the_level_that_is_asked_for() -> None:
    scene = Scene(LOOSER)
    scene.sign_in("ann", skills={"spanish": 3})
    assert scene.call("t1") == ""
    scene.sign_in("bob", skills={"spanish": 4})
    assert scene.rings == {"t1": "bob"}


def test_a_level_is_lowered_by_time_from_the_entry() -> None:
    scene = Scene(LOOSER)
    scene.sign_in("ann", skills={"spanish": 2})
    scene.call("t1")
    scene.wait(19.5)
    assert scene.rings == {}
    scene.wait(0.5)
    assert scene.rings == {"t1": "ann"}
    [loosened] = scene.heard(orders.TicketLoosened)
    assert (loosened.stage, loosened.need.require) == (1, (("spanish", 2),))
    assert scene.heard(orders.Offer)[0].decision.stage == 1


def test_a_skill_is_dropped_and_a_group_added() -> None:
    scene = Scene(LOOSER)
    scene.sign_in("gus", ("other",), groups=frozenset({"backup"}))
    scene.call("t1")
    scene.call("t2")
    scene.wait(39.0)
    scene.sign_in("ann")
    assert scene.rings == {"t1": "ann"}
    scene.wait(21.0)
    assert scene.rings == {"t1": "ann", "t2": "gus"}


def test_needs_loosen_while_a_phone_rings() -> None:
    scene = Scene(LOOSER)
    scene.sign_in("ann", skills={"spanish": 4})
    scene.sign_in("bob", skills={"spanish": 2})
    assert scene.call("t1") == "ann"
    scene.wait(21.0)
    scene.fail("ann", Trouble.BUSY)
    assert scene.rings == {"t1": "bob"}


def test_a_restored_call_is_as_far_as_it_has_waited() -> None:
    scene = Scene(LOOSER)
    scene.sign_in("ann", skills={"spanish": 2})
    assert scene.call("t1", restored=True, entered_at=scene.now - 30.0) == "ann"


def test_own_needs_of_a_call_add_to_those_of_its_queue() -> None:
    scene = Scene(LOOSER)
    scene.sign_in("ann", skills={"spanish": 4})
    scene.sign_in("bob", skills={"spanish": 4, "tech": 1})
    assert scene.call("t1", needs={"tech": 1, "spanish": 5}) == ""
    assert scene.call("t2", needs={"tech": 1, "spanish": 1}) == "bob"


def test_a_language_is_needed_like_a_skill() -> None:
    scene = Scene()
    scene.sign_in("ann", languages=("en",))
    scene.sign_in("bob", languages=("en", "zh"))
    assert scene.call("t1", needs={"language zh": 1}) == "bob"


# Stages that are left out


def test_a_stage_that_nobody_signed_in_fits_is_left_out_at_once() -> None:
    scene = Scene(SKIPPED)
    scene.sign_in("ann", skills={"spanish": 2})
    assert scene.call("t1") == "ann"


def test_a_stage_is_not_left_out_while_somebody_is_there_for_it_busy_or_on_a_break() -> None:
    scene = Scene(SKIPPED)
    scene.sign_in("ann", skills={"spanish": 2})
    scene.sign_in("bob", skills={"spanish": 5}, on_break="lunch")
    assert scene.call("t1") == ""
    scene.wait(20.0)
    assert scene.rings == {"t1": "ann"}


def test_a_stage_is_left_out_when_the_last_who_fits_it_leaves_and_the_next_begins_sooner() -> None:
    scene = Scene(SKIPPED)
    scene.sign_in("cho")
    scene.sign_in("bob", skills={"spanish": 5}, on_break="lunch")
    scene.call("t1")
    scene.sign_out("bob")
    assert [one.stage for one in scene.heard(orders.TicketLoosened)] == [1]
    scene.wait(19.0)
    assert scene.rings == {}
    scene.wait(1.0)
    assert scene.rings == {"t1": "cho"}  # 20 s after the second stage began


def test_a_stage_is_left_out_when_the_last_who_fits_it_forgets_a_skill() -> None:
    scene = Scene(SKIPPED)
    scene.sign_in("ann", skills={"spanish": 3})
    scene.sign_in("bob", skills={"spanish": 5}, on_break="lunch")
    scene.call("t1")
    scene.tell(facts.AgentChanged(agent_of("bob")))
    assert scene.rings == {"t1": "ann"}


def test_a_stage_is_left_out_when_the_agent_whom_it_rings_at_leaves() -> None:
    scene = Scene(SKIPPED)
    scene.sign_in("ann", skills={"spanish": 2})
    scene.sign_in("bob", skills={"spanish": 5})
    assert scene.call("t1") == "bob"
    scene.sign_out("bob")
    assert scene.rings == {"t1": "ann"}


def test_a_stage_is_left_out_while_the_call_rings() -> None:
    scene = Scene(SKIPPED)
    scene.sign_in("dee", ("other",))
    scene.sign_in("bob", skills={"spanish": 5}, on_break="lunch")
    scene.call("t1")
    scene.pick("t1", "dee")
    scene.sign_out("bob")
    scene.sign_in("bob", skills={"spanish": 5}, on_break="lunch")
    scene.sign_in("ann", skills={"spanish": 2})
    scene.fail("dee", Trouble.BUSY)
    assert scene.rings == {"t1": "ann"}


def test_a_stage_is_left_out_while_the_call_is_kept_for_somebody() -> None:
    scene = Scene(SKIPPED)
    scene.sign_in("dee", ("other",))
    scene.talk("t0", "dee", "other")
    scene.sign_in("bob", skills={"spanish": 5}, on_break="lunch")
    scene.call("t1", prefer="dee", prefer_for=10.0)
    scene.sign_out("bob")
    scene.sign_in("bob", skills={"spanish": 5}, on_break="lunch")
    scene.sign_in("ann", skills={"spanish": 2})
    scene.wait(10.0)
    assert scene.rings == {"t1": "ann"}


# Calls that are kept for an agent


@pytest.fixture
def kept() -> Scene:
    """Ann talks, Bob is free, and a call is kept for Ann for a minute."""
    scene = Scene(LOOSER, Queue(name="plain"), breaks=["lunch"])
    scene.sign_in("ann", ("plain",))
    scene.talk("t0", "ann", "plain")
    scene.sign_in("bob", ("plain",))
    scene.call("t1", "plain", prefer="ann", prefer_for=60.0)
    return scene


def test_a_call_is_kept_for_an_agent_who_is_busy(kept: Scene) -> None:
    assert kept.rings == {}
    kept.end("t0")
    assert kept.rings == {"t1": "ann"}


def test_a_kept_call_is_served_at_its_place(kept: Scene) -> None:
    kept.call("t2", "plain", priority=5.0)  # Bob takes it
    kept.call("t3", "plain", priority=5.0)
    kept.end("t0")
    assert kept.rings == {"t2": "bob", "t3": "ann"}


def test_a_call_is_let_go_when_its_time_is_over(kept: Scene) -> None:
    kept.wait(59.0)
    assert kept.rings == {}
    kept.wait(1.0)
    assert kept.rings == {"t1": "bob"}


def test_a_call_is_let_go_when_the_agent_takes_a_break(kept: Scene) -> None:
    kept.take_break("ann")
    assert kept.rings == {}  # the talk goes on
    kept.end("t0")
    assert kept.rings == {"t1": "bob"}


def test_a_call_is_let_go_when_the_agent_signs_out(kept: Scene) -> None:
    kept.sign_out("ann")
    kept.end("t0")
    assert kept.rings == {"t1": "bob"}


def test_a_call_is_let_go_when_the_agent_does_not_answer_it(kept: Scene) -> None:
    kept.end("t0")
    kept.fail("ann", Trouble.REJECTED)
    assert kept.rings == {"t1": "bob"}


def test_a_call_is_let_go_when_the_agent_leaves_while_it_rings_there(kept: Scene) -> None:
    kept.end("t0")
    kept.sign_out("ann")
    assert kept.rings == {"t1": "bob"}


def test_a_call_stays_kept_when_somebody_else_did_not_answer_it(kept: Scene) -> None:
    kept.pick("t1", "bob")
    kept.fail("bob", Trouble.REJECTED)
    kept.wait(15.0)  # Bob has rested
    assert kept.rings == {}
    kept.end("t0")
    assert kept.rings == {"t1": "ann"}


def test_a_call_is_let_go_also_while_it_rings_elsewhere(kept: Scene) -> None:
    kept.pick("t1", "bob")
    kept.sign_out("ann")
    kept.end("t0")
    kept.sign_in("ann", ("plain",), on_break="lunch")
    kept.fail("bob", Trouble.BUSY)
    kept.sign_in("cho", ("plain",))
    assert kept.rings == {"t1": "cho"}


def test_a_call_is_kept_for_nobody_who_is_signed_out_or_on_a_break() -> None:
    scene = Scene(breaks=["lunch"])
    scene.sign_in("ann", on_break="lunch")
    scene.sign_in("bob")
    assert scene.call("t1", prefer="ann", prefer_for=60.0) == "bob"
    scene.hang_up("t1")
    assert scene.call("t2", prefer="zoe", prefer_for=60.0) == "bob"


def test_a_call_can_be_kept_for_an_agent_of_another_queue() -> None:
    scene = Scene()
    scene.sign_in("ann", ("other",))
    scene.sign_in("bob")
    assert scene.call("t1", prefer="ann", prefer_for=60.0) == "ann"
