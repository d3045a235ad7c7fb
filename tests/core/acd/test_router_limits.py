"""Limits of a queue, how long one may wait for nobody, and calls and queues that somebody changes."""

from __future__ import annotations

import pytest

from ivr.core.acd import facts, orders
from ivr.core.acd.facts import Trouble
from ivr.core.acd.setup import Queue, Step, levels
from ivr.core.base.errors import Refused
from tests.core.acd.scenes import SALES, Scene, agent_of, setup_of

SPANISH = levels({"spanish": 4})
BACKUP = (Step(20.0, require=SPANISH), Step(drop=("spanish",), add_groups=("backup",)))


# Limits


def test_a_queue_that_is_full_takes_nobody_and_one_that_rings_counts() -> None:
    scene = Scene(Queue(name="sales", most=2))
    scene.sign_in("ann")
    scene.call("t1")
    scene.call("t2")
    scene.call("t3")
    assert scene.released == {"t3": "full"}
    assert scene.heard(orders.TicketPlaced) == []
    scene.answer("ann")
    scene.call("t4")
    assert scene.waits == ["t2", "t4"]


def test_nobody_comes_in_when_nobody_could_serve_the_call() -> None:
    scene = Scene(Queue(name="sales", join_empty=False), breaks=["lunch"])
    scene.call("t1")
    assert scene.released == {"t1": "no_agents"}
    scene.sign_in("ann", on_break="lunch")
    scene.call("t2")
    assert scene.waits == ["t2"]
    scene.call("t3", needs={"spanish": 1})
    assert scene.released == {"t3": "no_agents"}


def test_somebody_is_there_when_they_fit_any_step() -> None:
    scene = Scene(Queue(name="sales", steps=BACKUP, join_empty=False))
    scene.sign_in("gus", ("other",), groups=frozenset({"backup"}))
    scene.call("t1")
    assert scene.waits == ["t1"]


def test_restored_calls_are_not_turned_away_and_keep_their_place() -> None:
    scene = Scene(Queue(name="sales", most=1, join_empty=False))
    scene.call("t1", restored=True)
    scene.call("t2", restored=True, since=scene.now - 100.0)
    assert scene.waits == ["t2", "t1"]
    assert scene.heard(orders.TicketPlaced)[0].restored


def test_one_may_stay_for_a_while_when_the_last_agent_leaves() -> None:
    scene = Scene(Queue(name="sales", stay_empty=30.0))
    scene.sign_in("ann")
    scene.talk("t0", "ann")
    scene.call("t1")
    scene.sign_out("ann")
    scene.end("t0")  # only now Ann is gone
    scene.wait(29.0)
    assert scene.waits == ["t1"]
    scene.wait(1.0)
    assert scene.released == {"t1": "no_agents"}


def test_the_time_without_agents_ends_when_somebody_comes() -> None:
    scene = Scene(Queue(name="sales", stay_empty=30.0), breaks=["lunch"])
    scene.call("t1")
    scene.wait(28.0)
    scene.sign_in("ann", on_break="lunch")
    scene.wait(100.0)
    assert scene.waits == ["t1"]
    scene.sign_out("ann")
    scene.wait(30.0)
    assert scene.released == {"t1": "no_agents"}


def test_the_time_without_agents_runs_while_a_phone_rings_by_hand() -> None:
    scene = Scene(Queue(name="sales", stay_empty=10.0))
    scene.sign_in("ann", ("other",))
    scene.call("t1")
    scene.pick("t1", "ann")
    scene.wait(15.0)
    assert scene.rings == {"t1": "ann"}  # it may still be answered
    scene.fail("ann", Trouble.BUSY)
    assert scene.released == {"t1": "no_agents"}


def test_who_comes_while_the_phone_rings_over_that_time_is_there_for_the_call() -> None:
    scene = Scene(Queue(name="sales", stay_empty=10.0), breaks=["lunch"])
    scene.sign_in("ann", ("other",))
    scene.call("t1")
    scene.pick("t1", "ann")
    scene.wait(15.0)
    scene.sign_in("bob", on_break="lunch")
    scene.fail("ann", Trouble.BUSY)
    assert scene.waits == ["t1"]


def test_the_longest_wait_ends_in_a_release() -> None:
    scene = Scene(Queue(name="sales", longest=60.0))
    scene.call("t1")
    assert scene.router.next_at == scene.now + 60.0
    scene.wait(60.0)
    assert scene.released == {"t1": "waited_too_long"}
    [left] = scene.heard(orders.TicketLeft)
    assert (left.how, left.waited) == ("waited_too_long", 60.0)


def test_a_phone_that_rings_at_the_end_of_the_longest_wait_may_be_answered() -> None:
    scene = Scene(Queue(name="sales", longest=10.0))
    scene.sign_in("ann")
    scene.call("t1")
    scene.wait(11.0)
    scene.answer("ann")
    assert scene.does("ann") == "ready talking"


def test_a_phone_that_rang_over_the_longest_wait_in_vain_was_the_last() -> None:
    scene = Scene(Queue(name="sales", longest=10.0))
    scene.sign_in("ann")
    scene.call("t1")
    scene.sign_in("bob")
    scene.wait(11.0)
    scene.fail("ann", Trouble.BUSY)
    assert scene.released == {"t1": "waited_too_long"}
    assert scene.rings == {}


# Calls and queues that change


def test_a_changed_priority_gives_another_place() -> None:
    scene = Scene()
    scene.call("t1")
    scene.call("t2")
    scene.change("t2", priority=1.0)
    assert scene.waits == ["t2", "t1"]
    [news] = scene.heard(orders.TicketChanged)
    assert (news.by, news.order) == ("boss", (0, scene.now - 1.0 - 60.0, "t2"))
    scene.change("t1", lane=-1)
    assert scene.waits == ["t1", "t2"]


def test_a_call_keeps_its_place_in_another_queue_and_its_needs_begin_anew() -> None:
    steps = (Step(20.0, require=SPANISH), Step(lower=levels({"spanish": 2})))
    scene = Scene(Queue(name="plain"), Queue(name="sales", steps=steps))
    scene.call("t1", "plain")
    scene.call("t2", "sales")
    scene.wait(30.0)
    scene.change("t1", queue="sales")
    assert scene.waits == ["t1", "t2"]
    scene.sign_in("ann", skills={"spanish": 2})
    assert scene.rings == {"t2": "ann"}  # the other has to wait for the second step
    scene.sign_in("bob", skills={"spanish": 4})
    assert scene.rings == {"t1": "bob", "t2": "ann"}


def test_needs_that_are_taken_away_let_a_free_agent_have_the_call() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.call("t1", needs={"tech": 1})
    scene.change("t1", needs=())
    assert scene.rings == {"t1": "ann"}


def test_a_call_that_rings_is_changed_and_goes_on_ringing() -> None:
    scene = Scene(SALES, Queue(name="support"))
    scene.sign_in("ann")
    scene.sign_in("bob", ("support",))
    scene.call("t1")
    scene.change("t1", queue="support")
    assert scene.rings == {"t1": "ann"}
    scene.fail("ann", Trouble.BUSY)
    assert scene.rings == {"t1": "bob"}


def test_a_call_that_was_overdue_has_a_new_longest_wait_in_another_queue() -> None:
    scene = Scene(Queue(name="sales", longest=10.0), Queue(name="support", longest=100.0))
    scene.sign_in("ann")
    scene.call("t1")
    scene.wait(15.0)
    scene.change("t1", queue="support")
    scene.fail("ann", Trouble.BUSY)
    assert scene.waits == ["t1"]


def test_what_cannot_be_changed_is_refused() -> None:
    scene = Scene()
    scene.call("t1")
    with pytest.raises(Refused, match="does not wait"):
        scene.change("t9", priority=1.0)
    with pytest.raises(Refused, match="no queue 'other'"):
        scene.change("t1", queue="other")
    assert scene.waits == ["t1"]


def test_other_queues_that_go_live_hold_for_calls_that_wait() -> None:
    scene = Scene(Queue(name="sales", steps=(Step(require=SPANISH),)))
    scene.sign_in("ann")
    scene.call("t1")
    scene.call("t2", priority=1.0)
    scene.tell(facts.SetupChanged(setup_of(SALES)))
    assert scene.rings == {"t2": "ann"}
    assert scene.waits == ["t1"]


def test_calls_whose_queue_is_gone_go_on_with_what_it_was() -> None:
    scene = Scene(Queue(name="sales", steps=(Step(require=SPANISH),), longest=60.0))
    scene.sign_in("ann")
    scene.call("t1")
    scene.tell(facts.SetupChanged(setup_of(Queue(name="support"))))
    assert (scene.rings, scene.waits) == ({}, ["t1"])
    scene.sign_in("bob", skills={"spanish": 4})
    assert scene.rings == {"t1": "bob"}


def test_the_same_queues_again_change_nothing_for_calls_that_wait() -> None:
    scene = Scene(Queue(name="sales", stay_empty=30.0))
    scene.call("t1")
    due = scene.router.next_at
    assert scene.tell(facts.SetupChanged(setup_of(Queue(name="sales", stay_empty=30.0)))) == []
    assert scene.router.next_at == due


def test_nothing_piles_up_when_the_same_queues_go_live_again_and_again() -> None:
    scene = Scene()
    for number in range(20):
        scene.call(f"t{number}")
        scene.call(f"u{number}", "nowhere")
        scene.tell(facts.SetupChanged(setup_of(Queue(name="sales"))))
    assert [len(bucket.paths) for bucket in scene.router.line.all_buckets()] == [1, 1]


def test_an_agent_with_another_skill_fits_at_once() -> None:
    scene = Scene(Queue(name="sales", steps=(Step(require=SPANISH),)))
    scene.sign_in("ann")
    scene.call("t1")
    scene.tell(facts.AgentChanged(agent_of("ann", skills={"spanish": 5})))
    assert scene.rings == {"t1": "ann"}
    scene.hang_up("t1")
    scene.tell(facts.AgentChanged(agent_of("ann", ["other"])))
    assert scene.call("t2") == ""
