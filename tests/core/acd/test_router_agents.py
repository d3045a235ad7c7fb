"""What becomes of agents: offers that come to nothing, breaks, wrap-up, signing in and out."""

from __future__ import annotations

import pytest

from ivr.core.acd import facts, orders
from ivr.core.acd.facts import Trouble
from ivr.core.acd.router import GRACE
from ivr.core.acd.setup import NO_SETUP, Queue, Rests
from ivr.core.acd.tickets import SHORT_REST
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId, CallId, TicketId
from tests.core.acd.scenes import SALES, Scene, setup_of

WRAPPED = Queue(name="sales", wrap_up=30.0)
CODED = Queue(name="sales", wrap_up=30.0, code_required=True)


def moves(scene: Scene) -> list[str]:
    """What was said last of agents."""
    return [f"{one.agent_id} {one.status} {one.state}" for one in scene.heard(orders.AgentMoved)]


# Offers that come to nothing


def test_who_does_not_answer_is_put_on_a_break_and_the_call_rings_at_another() -> None:
    scene = Scene(breaks=["lunch"])
    scene.sign_in("ann")
    scene.sign_in("bob")
    scene.call("t1")
    scene.fail("ann")
    assert scene.does("ann") == "on_break idle missed"
    assert scene.rings == {"t1": "bob"}
    assert [one.outcome for one in scene.heard(orders.OfferClosed)] == ["no_answer"]
    scene.fail("bob")
    scene.resume("ann")
    assert scene.rings == {"t1": "ann"}


def test_a_queue_may_let_who_does_not_answer_rest_instead() -> None:
    scene = Scene(Queue(name="sales", missed_break=False, rests=Rests(rejected=5.0)))
    scene.sign_in("ann")
    scene.call("t1")
    scene.fail("ann")
    assert scene.does("ann") == "ready resting"
    scene.wait(5.0)
    assert scene.rings == {"t1": "ann"}


@pytest.mark.parametrize(
    ("trouble", "rest"),
    [(Trouble.REJECTED, 5.0), (Trouble.BUSY, 6.0), (Trouble.UNREACHABLE, 7.0), (Trouble.AWAY, SHORT_REST)],
)
def test_a_phone_that_was_rejected_busy_or_unreachable_rests_for_its_time(trouble: Trouble, rest: float) -> None:
    scene = Scene(Queue(name="sales", rests=Rests(5.0, 6.0, 7.0)))
    scene.sign_in("ann")
    scene.call("t1")
    scene.fail("ann", trouble)
    assert scene.does("ann") == "ready resting"
    assert scene.router.next_at == scene.now + rest
    scene.wait(rest)
    assert scene.rings == {"t1": "ann"}


def test_who_rests_is_rung_sooner_when_they_say_that_they_are_ready() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.call("t1")
    scene.fail("ann", Trouble.UNREACHABLE)
    scene.resume("ann")
    assert scene.rings == {"t1": "ann"}


def test_who_rests_may_take_a_break() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.call("t1")
    scene.fail("ann", Trouble.BUSY)
    scene.take_break("ann")
    assert scene.does("ann") == "on_break idle lunch"
    scene.wait(60.0)
    assert scene.rings == {}


def test_an_offer_of_which_nothing_is_heard_is_given_up() -> None:
    scene = Scene(Queue(name="sales", ring=20.0))
    scene.sign_in("ann")
    scene.call("t1")
    scene.sign_in("bob")
    scene.wait(19.0 + GRACE - 0.5)
    assert scene.rings == {"t1": "ann"}
    scene.wait(0.5)
    assert scene.rings == {"t1": "bob"}
    assert scene.does("ann") == "ready resting"
    assert [one.outcome for one in scene.heard(orders.OfferClosed)] == ["unreachable"]


def test_a_caller_who_leaves_while_it_rings_frees_the_agent_for_the_next_at_once() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.call("t1")
    scene.call("t2")
    offer_id = scene.offer("ann")
    scene.hang_up("t1")
    assert [one.offer_id for one in scene.heard(orders.Withdraw)] == [offer_id]
    assert [one.outcome for one in scene.heard(orders.OfferClosed)] == ["withdrawn"]
    assert scene.rings == {"t2": "ann"}


def test_a_talk_that_did_not_come_about_gives_the_call_its_place_back() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.call("t2")
    ticket = facts.Ticket(
        ticket_id=TicketId("t1"), call_id=CallId("c1"), queue="sales", since=1_002.0, entered_at=1_002.0
    )
    scene.tell(facts.TalkFailed(ticket))
    assert scene.does("ann") == "ready resting"
    assert scene.waits == ["t1", "t2"]
    assert scene.tell(facts.TalkFailed(ticket)) == []
    scene.sign_in("bob")
    assert scene.rings == {"t1": "bob"}


# Signing in and out


def test_who_signs_in_is_ready_and_takes_the_first_call() -> None:
    scene = Scene()
    scene.call("t1")
    scene.sign_in("ann")
    assert scene.rings == {"t1": "ann"}
    assert moves(scene) == ["ann ready idle", "ann ready offered"]


def test_who_signs_in_on_a_break_is_rung_when_it_is_over() -> None:
    scene = Scene(breaks=["lunch"])
    scene.call("t1")
    scene.sign_in("ann", on_break="lunch")
    assert (scene.does("ann"), scene.rings) == ("on_break idle lunch", {})
    scene.resume("ann")
    assert scene.rings == {"t1": "ann"}


def test_one_signs_in_once_and_only_who_is_signed_in_can_ask_for_anything() -> None:
    scene = Scene()
    scene.sign_in("ann")
    with pytest.raises(Refused, match="signed in already"):
        scene.sign_in("ann")
    for wanted in (scene.sign_out, scene.take_break, scene.resume, scene.wrapped):
        with pytest.raises(Refused, match="bob is not signed in"):
            wanted("bob")


def test_who_signs_out_while_it_rings_stops_it_and_the_call_goes_to_another() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.call("t1")
    scene.sign_in("bob")
    scene.sign_out("ann")
    assert len(scene.heard(orders.Withdraw)) == 1
    assert scene.rings == {"t1": "bob"}
    assert moves(scene) == ["ann ready idle", "ann signed_out idle", "bob ready offered"]


def test_who_signs_out_during_a_talk_stays_until_its_wrap_up_is_over() -> None:
    scene = Scene(WRAPPED)
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.sign_out("ann")
    assert scene.does("ann") == "ready talking"
    scene.end("t1")
    assert scene.does("ann") == "ready wrapping"
    scene.wait(30.0)
    assert scene.does("ann") == "signed_out"


def test_who_comes_back_begins_anew() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.end("t1")
    scene.sign_out("ann")
    scene.sign_in("ann")
    seat = scene.router.seats[AgentId("ann")]
    assert (seat.talks, seat.busy, seat.served) == (0, 0.0, 0)


# Breaks


def test_a_break_begins_at_once_and_ends_with_the_first_call() -> None:
    scene = Scene(breaks=["lunch"])
    scene.sign_in("ann")
    scene.take_break("ann")
    assert scene.does("ann") == "on_break idle lunch"
    scene.call("t1")
    scene.resume("ann")
    assert scene.rings == {"t1": "ann"}


def test_a_break_while_it_rings_sends_the_call_to_another() -> None:
    scene = Scene(breaks=["lunch"])
    scene.sign_in("ann")
    scene.call("t1")
    scene.sign_in("bob")
    scene.take_break("ann")
    assert scene.rings == {"t1": "bob"}
    assert scene.does("ann") == "on_break idle lunch"


def test_a_break_during_a_talk_begins_behind_its_wrap_up() -> None:
    scene = Scene(WRAPPED)
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.take_break("ann")
    scene.end("t1")
    scene.call("t2")
    scene.wrapped("ann")
    assert scene.does("ann") == "on_break idle lunch"
    assert scene.waits == ["t2"]


def test_a_break_after_the_call_waits_for_the_next_talk() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.take_break("ann", after_call=True)
    assert scene.does("ann") == "ready idle"
    scene.call("t1")
    scene.hang_up("t1")  # no talk came of it
    assert scene.does("ann") == "ready idle"
    scene.talk("t2", "ann")
    scene.call("t3")
    scene.end("t2")
    assert (scene.does("ann"), scene.waits) == ("on_break idle lunch", ["t3"])


def test_a_break_after_the_call_that_is_asked_for_while_it_rings_follows_this_call() -> None:
    scene = Scene(WRAPPED)
    scene.sign_in("ann")
    scene.call("t1")
    scene.take_break("ann", after_call=True)
    scene.answer("ann")
    scene.end("t1")
    assert scene.does("ann") == "ready wrapping"
    scene.wait(30.0)
    assert scene.does("ann") == "on_break idle lunch"


def test_what_was_to_come_after_the_call_can_be_taken_back() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.sign_out("ann")
    scene.resume("ann")
    scene.end("t1")
    assert scene.does("ann") == "ready idle"


def test_a_reason_must_be_known_where_reasons_are_written_down() -> None:
    scene = Scene(breaks=["lunch"])
    scene.sign_in("ann")
    with pytest.raises(Refused, match="no reason 'golf'") as refused:
        scene.take_break("ann", "golf")
    assert "lunch" in refused.value.hint
    with pytest.raises(Refused, match="no reason 'golf'"):
        scene.sign_in("bob", on_break="golf")
    scene.tell(facts.SetupChanged(NO_SETUP))
    scene.take_break("ann", "golf")
    assert scene.does("ann") == "on_break idle golf"


# Wrap-up


def test_a_wrap_up_follows_the_talk_and_ends_by_itself() -> None:
    scene = Scene(WRAPPED)
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.call("t2")
    scene.end("t1")
    assert (scene.does("ann"), scene.router.next_at) == ("ready wrapping", scene.now + 30.0)
    scene.wait(30.0)
    assert scene.rings == {"t2": "ann"}


def test_without_a_wrap_up_the_next_call_comes_at_once() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.call("t2")
    scene.end("t1")
    assert scene.rings == {"t2": "ann"}
    assert moves(scene) == ["ann ready idle", "ann ready offered"]


def test_a_wrap_up_is_ended_early_with_a_code() -> None:
    scene = Scene(WRAPPED, codes=["sold"])
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.end("t1")
    scene.wrapped("ann", "sold")
    [moved] = scene.heard(orders.AgentMoved)
    assert (moved.state, moved.code) == ("idle", "sold")


def test_a_wrap_up_is_extended_from_now_on() -> None:
    scene = Scene(WRAPPED)
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.end("t1")
    scene.wait(20.0)
    scene.tell(facts.ExtendWrapUp(AgentId("ann"), 60.0))
    scene.wait(59.0)
    assert scene.does("ann") == "ready wrapping"
    scene.wait(1.0)
    assert scene.does("ann") == "ready idle"


@pytest.mark.parametrize("seconds", [0.0, -1.0, 3601.0, float("nan")])
def test_a_wrap_up_is_extended_by_an_hour_at_most(seconds: float) -> None:
    scene = Scene(WRAPPED)
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    with pytest.raises(Refused, match="not wrapping up"):
        scene.tell(facts.ExtendWrapUp(AgentId("ann"), 60.0))
    scene.end("t1")
    with pytest.raises(Refused, match="at most 60 minutes"):
        scene.tell(facts.ExtendWrapUp(AgentId("ann"), seconds))


def test_a_wrap_up_without_the_code_that_is_wanted_goes_on() -> None:
    scene = Scene(CODED, codes=["sold", "lost"])
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.end("t1")
    scene.wait(600.0)
    assert scene.does("ann") == "ready wrapping"
    with pytest.raises(Refused, match="wants a wrap-up code") as refused:
        scene.wrapped("ann")
    assert refused.value.hint == "codes are sold, lost"
    with pytest.raises(Refused, match="no wrap-up code 'bought'"):
        scene.wrapped("ann", "bought")
    scene.wrapped("ann", "lost")
    assert scene.does("ann") == "ready idle"


def test_a_code_that_is_wanted_makes_a_wrap_up_where_there_is_none() -> None:
    scene = Scene(Queue(name="sales", code_required=True))
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.end("t1")
    assert scene.does("ann") == "ready wrapping"
    scene.wrapped("ann", "anything")
    assert scene.does("ann") == "ready idle"


def test_a_code_can_be_given_during_the_talk() -> None:
    scene = Scene(CODED)
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.wrapped("ann", "sold")
    assert scene.does("ann") == "ready talking"
    scene.end("t1")
    scene.wait(30.0)
    assert (scene.does("ann"), scene.heard(orders.AgentMoved)[0].code) == ("ready idle", "sold")


def test_there_is_nothing_to_wrap_up_without_a_talk() -> None:
    scene = Scene()
    scene.sign_in("ann")
    with pytest.raises(Refused, match="no talk to wrap up"):
        scene.wrapped("ann")


def test_a_wrap_up_is_that_of_the_queue_when_the_talk_began() -> None:
    scene = Scene(WRAPPED)
    scene.sign_in("ann")
    scene.talk("t1", "ann")
    scene.tell(facts.SetupChanged(setup_of(SALES)))
    scene.end("t1")
    assert scene.does("ann") == "ready wrapping"
