"""In which order calls are served, and who gets them."""

from __future__ import annotations

import pytest

from ivr.core.acd import facts, orders
from ivr.core.acd.facts import Trouble
from ivr.core.acd.router import Router
from ivr.core.acd.setup import Queue, Setup, Step, Strategy, levels
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId, CallId, OfferId, TicketId
from tests.core.acd.scenes import SALES, Scene, agent_of, setup_of

TWO = (SALES, Queue(name="support"))


def served(scene: Scene, agent: str = "ann") -> list[str]:
    """The order in which one agent is offered all calls that wait."""
    scene.sign_in(agent, ("sales", "support"))
    order = []
    while scene.rings:
        [ticket] = scene.rings
        order.append(ticket)
        scene.answer(agent)
        scene.end(ticket)
    return order


# The order of calls


def test_a_call_that_comes_rings_at_a_free_agent_at_once() -> None:
    scene = Scene()
    scene.sign_in("ann")
    assert scene.call("t1") == "ann"
    assert scene.does("ann") == "ready offered"
    [offer] = scene.heard(orders.Offer)
    assert (offer.call_id, offer.ring, offer.decision.cause) == ("call of t1", 20.0, orders.Cause.CALL)


def test_who_came_first_is_served_first() -> None:
    scene = Scene(*TWO)
    for name, queue in (("t1", "support"), ("t2", "sales"), ("t3", "support")):
        scene.call(name, queue)
    assert served(scene) == ["t1", "t2", "t3"]


def test_an_agent_who_becomes_free_takes_the_first_call_of_all_their_queues() -> None:
    scene = Scene(*TWO, Queue(name="other"))
    scene.sign_in("ann", ("sales", "support"))
    scene.talk("t0", "ann")
    scene.call("t1", "other")
    scene.call("t2", "support")
    scene.call("t3", "sales")
    scene.end("t0")
    assert scene.rings == {"t2": "ann"}
    assert scene.heard(orders.Offer)[0].decision.cause is orders.Cause.AGENT


def test_a_minute_of_priority_is_worth_a_minute_of_waiting() -> None:
    scene = Scene()
    scene.call("t1")
    scene.call("t2", after=59.0, priority=1.0)
    scene.call("t3", after=2.0, priority=1.0)
    assert served(scene) == ["t2", "t1", "t3"]


def test_the_priority_of_the_queue_counts_too() -> None:
    scene = Scene(SALES, Queue(name="support", priority=2.0))
    scene.call("t1", "sales")
    scene.call("t2", "support")
    scene.call("t3", "sales", priority=3.0)
    assert served(scene) == ["t3", "t2", "t1"]


def test_a_low_priority_does_not_starve() -> None:
    scene = Scene()
    scene.call("t1", priority=-2.0)
    scene.call("t2", after=100.0)
    scene.call("t3", after=21.0)
    assert served(scene) == ["t2", "t1", "t3"]


def test_credit_is_worth_its_seconds() -> None:
    scene = Scene()
    scene.call("t1")
    scene.call("t2", after=10.0, credit=11.0)
    assert served(scene) == ["t2", "t1"]


def test_a_lower_lane_is_served_first_whatever_the_wait() -> None:
    scene = Scene(SALES, Queue(name="support", lane=-1))
    scene.call("t1", priority=100.0)
    scene.call("t2", "support", after=3600.0)
    scene.call("t3", lane=-2)
    assert served(scene) == ["t3", "t2", "t1"]


def test_the_lane_of_a_call_takes_the_place_of_its_queues() -> None:
    scene = Scene(Queue(name="sales", lane=-1), Queue(name="support"))
    scene.call("t1", "sales", lane=1)
    scene.call("t2", "support")
    assert served(scene) == ["t2", "t1"]


def test_two_of_the_same_instant_go_by_their_ids() -> None:
    scene = Scene()
    scene.call("t2")
    scene.call("t1", after=0.0)
    assert served(scene) == ["t1", "t2"]


def test_a_call_whose_phone_was_not_answered_is_the_first_again() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.call("t1")
    scene.call("t2")
    scene.fail("ann", Trouble.BUSY)
    assert scene.waits == ["t1", "t2"]
    scene.sign_in("bob")
    assert scene.rings == {"t1": "bob"}


def test_calls_that_loosen_at_the_same_instant_are_served_in_their_order() -> None:
    scene = Scene(Queue(name="sales", steps=(Step(10.0, require=levels({"tech": 1})), Step(drop=("tech",)))))
    scene.sign_in("ann")
    scene.call("t2")
    scene.call("t1", after=0.0, priority=1.0)  # what is due for it was set later
    scene.wait(10.0)
    assert scene.rings == {"t1": "ann"}


def test_calls_that_are_let_go_are_served_in_their_order_over_all_queues() -> None:
    scene = Scene(*TWO)
    scene.sign_in("bob", ("sales", "support"))
    scene.sign_in("ann", ("sales", "support"))
    scene.talk("t0", "bob")
    scene.talk("t1", "ann")
    scene.call("t2", "support", prefer="ann", prefer_for=600.0)
    scene.call("t3", "sales", prefer="ann", prefer_for=600.0, priority=5.0)
    scene.end("t0")  # Bob is free, but both are kept for Ann
    scene.sign_out("ann")
    scene.end("t1")
    assert scene.rings == {"t3": "bob"}


# The choice of an agent


def test_of_several_the_one_who_has_been_idle_longest() -> None:
    scene = Scene()
    for name in ("cho", "ann", "bob"):
        scene.sign_in(name)
    assert scene.call("t1") == "cho"


def test_who_has_just_talked_is_idle_since_the_end_of_it() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.sign_in("bob")
    scene.talk("t1", "ann")
    scene.end("t1")
    assert scene.call("t2") == "bob"


def test_an_agent_whose_caller_hung_up_while_it_rang_keeps_their_turn() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.sign_in("bob")
    assert scene.call("t1") == "ann"
    scene.tell(facts.CallerGone(TicketId("t1")))
    assert scene.call("t2") == "ann"


def test_alike_in_everything_they_go_by_their_ids() -> None:
    scene = Scene()
    for name in ("cho", "bob", "dee"):
        scene.tell(facts.SignIn(agent_of(name)), 0.0)
    assert scene.call("t1") == "bob"


def test_the_most_skilled_by_the_sum_of_levels_that_the_call_asks_for() -> None:
    queue = Queue(name="sales", strategy=Strategy.MOST_SKILLED, steps=(Step(require=levels({"tech": 2})),))
    scene = Scene(queue)
    scene.sign_in("ann", skills={"tech": 3, "cooking": 5})
    scene.sign_in("bob", skills={"tech": 4, "spanish": 1})
    scene.sign_in("cho", skills={"tech": 2, "spanish": 4})
    assert scene.call("t1") == "bob"
    assert scene.call("t2", needs={"spanish": 1}) == "cho"


def test_the_least_occupied_by_the_part_of_the_time_since_signing_in() -> None:
    scene = Scene(Queue(name="sales", strategy=Strategy.LEAST_OCCUPIED, wrap_up=10.0))
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.end("t1", after=10.0)
    scene.wait(10.0)
    scene.sign_in("bob")
    scene.talk("t2", "bob")
    scene.end("t2", after=10.0)
    scene.wait(10.0)  # both worked 20 s, and Ann has been there for longer
    assert scene.call("t3") == "ann"


def test_the_fewest_calls_since_signing_in() -> None:
    scene = Scene(Queue(name="sales", strategy=Strategy.FEWEST_CALLS))
    scene.sign_in("ann")
    for name in ("t1", "t2"):
        scene.talk(name, "ann")
        scene.end(name)
    scene.sign_in("bob")
    scene.talk("t3", "bob")
    scene.end("t3")
    assert scene.call("t4") == "bob"  # one call against two, though Ann has been idle longer


def test_round_robin_goes_on_from_the_last_offer_answered_or_not() -> None:
    scene = Scene(Queue(name="sales", strategy=Strategy.ROUND_ROBIN))
    for name in ("ann", "bob", "cho"):
        scene.sign_in(name)
    rung = []
    for number in range(6):
        rung.append(scene.call(f"t{number}"))
        scene.hang_up(f"t{number}")
    assert rung == ["ann", "bob", "cho", "ann", "bob", "cho"]


def test_linear_rings_in_the_order_of_the_agents_while_the_first_is_free() -> None:
    scene = Scene(Queue(name="sales", strategy=Strategy.LINEAR))
    scene.sign_in("ann", order=2)
    scene.sign_in("bob", order=1)
    assert scene.call("t1") == "bob"
    assert scene.call("t2") == "ann"
    scene.hang_up("t2")
    scene.hang_up("t1")
    assert scene.call("t3") == "bob"


def test_random_is_the_same_again_for_the_same_seed_and_others_for_another() -> None:
    def rung(seed: int) -> list[str]:
        scene = Scene(Queue(name="sales", strategy=Strategy.RANDOM, seed=seed))
        for name in ("ann", "bob", "cho", "dee"):
            scene.sign_in(name)
        found = []
        for number in range(40):
            found.append(scene.call(f"t{number}"))
            scene.hang_up(f"t{number}")
        return found

    assert rung(1) == rung(1)
    assert rung(1) != rung(2)
    assert set(rung(1)) == {"ann", "bob", "cho", "dee"}


def test_more_preferred_skills_come_before_what_the_queue_goes_by() -> None:
    step = Step(prefer=levels({"tech": 3, "spanish": 1}))
    scene = Scene(Queue(name="sales", strategy=Strategy.LINEAR, steps=(step,)))
    scene.sign_in("ann", skills={"tech": 2}, order=1)
    scene.sign_in("bob", skills={"tech": 3}, order=2)
    scene.sign_in("cho", skills={"tech": 3, "spanish": 1}, order=3)
    assert [scene.call(f"t{number}") for number in range(3)] == ["cho", "bob", "ann"]


def test_a_decision_keeps_who_else_could_have_had_the_call() -> None:
    scene = Scene()
    for number in range(25):
        scene.sign_in(f"agent_{number:02}")
    scene.call("t1")
    [offer] = scene.heard(orders.Offer)
    assert [key[-1] for key in offer.decision.agents] == [f"agent_{number:02}" for number in range(orders.MOST_KEPT)]
    assert offer.decision.more_agents == 5
    assert orders.decided(offer.decision) == ("t1", "agent_00")


def test_a_decision_keeps_the_first_call_of_each_need() -> None:
    scene = Scene()
    skills = {f"skill_{number:02}": 1 for number in range(25)}
    for number, skill in enumerate(sorted(skills)):
        scene.call(f"t{number:02}", needs={skill: 1}, priority=float(number))
    scene.sign_in("ann", skills=skills)
    [offer] = scene.heard(orders.Offer)
    assert offer.ticket_id == "t24"
    assert len(offer.decision.calls) == orders.MOST_KEPT
    assert orders.decided(offer.decision) == ("t24", "ann")


# By hand


def test_a_call_is_given_by_hand_whatever_the_order_and_the_needs_say() -> None:
    scene = Scene(*TWO)
    scene.call("t1", "support")
    scene.call("t2", "support", needs={"tech": 5})
    scene.sign_in("ann")
    scene.pick("t2", "ann")
    assert scene.rings == {"t2": "ann"}
    [offer] = scene.heard(orders.Offer)
    assert (offer.decision.cause, offer.decision.by) == (orders.Cause.PICK, "boss")
    assert orders.decided(offer.decision) == ("t2", "ann")


def test_what_cannot_be_given_by_hand_is_refused() -> None:
    scene = Scene(*TWO, breaks=["lunch"])
    scene.sign_in("ann")
    scene.call("t1")
    scene.call("t2")
    with pytest.raises(Refused, match="does not wait"):
        scene.pick("t9", "ann")
    with pytest.raises(Refused, match="being offered to ann"):
        scene.pick("t1", "ann")
    with pytest.raises(Refused, match="ann is not free"):
        scene.pick("t2", "ann")
    with pytest.raises(Refused, match="bob is not free"):
        scene.pick("t2", "bob")
    scene.sign_in("bob", ("support",), on_break="lunch")
    with pytest.raises(Refused, match="bob is not free"):
        scene.pick("t2", "bob")


def test_a_request_that_is_refused_loses_nothing_that_time_has_brought() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.call("t1")
    scene.fail("ann", Trouble.REJECTED)  # rests for 10 s
    with pytest.raises(Refused):
        scene.tell(facts.SignOut(AgentId("nobody")), 15.0)
    assert scene.router.next_at == scene.now
    scene.wait(0.0)
    assert [(one.ticket_id, one.agent_id) for one in scene.heard(orders.Offer)] == [("t1", "ann")]
    assert scene.heard(orders.Offer)[0].decision.at == scene.now - 5.0


# Facts that come late, twice, or of what never was


def test_facts_of_what_is_unknown_change_nothing() -> None:
    scene = Scene()
    scene.sign_in("ann")
    for unknown in (
        facts.OfferAnswered(OfferId("offer_9")),
        facts.OfferFailed(OfferId("offer_9"), Trouble.BUSY),
        facts.CallerGone(TicketId("t9")),
        facts.TalkEnded(TicketId("t9")),
        facts.AgentChanged(agent_of("bob")),
    ):
        assert scene.tell(unknown) == []
    assert scene.does("ann") == "ready idle"


def test_facts_that_come_twice_change_nothing() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.call("t1")
    offer_id = scene.offer("ann")
    scene.answer("ann")
    assert scene.tell(facts.OfferAnswered(offer_id)) == []
    assert scene.tell(facts.OfferFailed(offer_id, Trouble.NO_ANSWER)) == []
    assert scene.hang_up("t1") == []  # it talks, and its end is the end of the talk
    scene.call("t1")
    assert (scene.waits, scene.said) == ([], [])
    scene.end("t1")
    assert scene.end("t1") == []
    assert scene.does("ann") == "ready idle"


def test_a_call_that_waits_is_queued_once() -> None:
    scene = Scene()
    scene.call("t1")
    assert scene.call("t1") == ""
    assert scene.said == []
    assert scene.waits == ["t1"]


def test_a_fact_that_is_told_late_happens_now() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.wait(100.0)
    scene.now -= 60.0
    scene.call("t1")
    assert scene.heard(orders.Offer)[0].decision.at == 1_101.0


def test_offers_of_another_router_have_other_names() -> None:
    router = Router(setup_of(SALES), offers="offer_7_")
    router.handle(facts.SignIn(agent_of("ann")), 0.0)
    ticket = facts.Ticket(ticket_id=TicketId("t1"), call_id=CallId("c1"), queue="sales", since=0.0, entered_at=0.0)
    offers = [one for one in router.handle(facts.CallQueued(ticket), 0.0) if isinstance(one, orders.Offer)]
    assert [one.offer_id for one in offers] == ["offer_7_1"]


def test_a_queue_that_nobody_wrote_down_is_a_plain_one() -> None:
    scene = Scene()
    scene.tell(facts.SetupChanged(Setup()))
    scene.sign_in("ann", ("anything",))
    assert scene.call("t1", "anything") == "ann"
