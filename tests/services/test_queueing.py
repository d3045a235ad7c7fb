"""A caller waits in a queue and talks to an agent: what both hear, and that nobody is forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ivr.adapters.memory.leg import HangUp, Press
from ivr.adapters.memory.ringer import Fails, PicksUp
from ivr.core.acd.call_events import AgentStateChanged, CallOffered, OfferEnded, QueueJoined, QueueLeft
from ivr.core.acd.facts import CallQueued, EndWrapUp, SignIn, SignOut, TakeBreak, Ticket, Trouble
from ivr.core.acd.people import MISSED
from ivr.core.base.errors import Refused
from ivr.core.base.ids import AgentId, CallId, TicketId
from ivr.core.calls.events import CallEnded, CallHandedBack, LegEnded
from tests.services.queues import BILLING, EPOCH, Floor, agent, on_floor


def left(floor: Floor) -> list[tuple[str, int]]:
    """How tickets left the line, with the seconds waited."""
    return [(event.how, round(event.waited)) for event in floor.of(QueueLeft)]


def test_a_caller_hears_music_until_an_agent_picks_up_and_goes_on_after_the_talk() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", talks=40)

    floor = on_floor(scene)
    leg = floor.legs["ann"]
    assert leg.done == ["answer", "music", "music off", "bridge channel-offer_1_1", "hangup"]
    assert leg.heard[-1] == "How was it?"
    assert left(floor) == [("answered", 2)]
    [talk] = floor.of(LegEnded)
    assert (talk.status, talk.talked) == ("answered", 40)


def test_calls_are_answered_in_the_order_in_which_they_came() -> None:
    async def scene(floor: Floor) -> None:
        for name in ("first", "second", "third"):
            floor.call(name)
            await asyncio.sleep(1)
        await asyncio.sleep(60)
        floor.sign_in("ada")

    floor = on_floor(scene)
    order = [event.call_id for event in floor.of(CallOffered)]
    assert order == [event.call_id for event in floor.of(QueueJoined)]
    assert len(order) == 3


def test_a_caller_who_hangs_up_while_a_phone_rings_stops_the_ringing_and_frees_the_agent() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", HangUp(8))
        await asyncio.sleep(20)
        floor.call("bob")

    floor = on_floor(scene, phones={"PJSIP/1010": PicksUp(after=12)})
    assert floor.ringer.stopped == [floor.ringer.rung[0].ring_id]
    assert left(floor) == [("caller_left", 7), ("answered", 12)]


def test_an_agent_who_does_not_answer_is_put_on_a_break_and_the_call_goes_to_the_next() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        await asyncio.sleep(1)
        floor.sign_in("bea")
        floor.call("ann")

    floor = on_floor(scene, phones={"PJSIP/1010": Fails(Trouble.NO_ANSWER)})
    assert [event.outcome for event in floor.of(OfferEnded)] == ["no_answer", "answered"]
    assert [event.agent_id for event in floor.of(CallOffered)] == ["ada", "bea"]
    [missed] = [event for event in floor.of(AgentStateChanged) if event.reason == MISSED and event.status == "on_break"]
    assert missed.agent_id == "ada"


@pytest.mark.parametrize("trouble", [Trouble.BUSY, Trouble.REJECTED, Trouble.UNREACHABLE])
def test_an_agent_whose_phone_cannot_take_a_call_rests_and_is_tried_again(trouble: Trouble) -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann")
        await asyncio.sleep(5)
        floor.ringer.behaviours["PJSIP/1010"] = PicksUp()

    floor = on_floor(scene, phones={"PJSIP/1010": Fails(trouble, after=0.5)})
    assert [event.outcome for event in floor.of(OfferEnded)] == [str(trouble), "answered"]


def test_a_caller_whose_agent_hung_up_just_before_they_were_connected_keeps_their_place() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", absent="channel-offer_1_1")
        await asyncio.sleep(1)
        floor.call("bob")

    floor = on_floor(scene)
    first, bob, again = floor.of(QueueJoined)
    assert (again.call_id, again.vtime, again.restored) == (first.call_id, first.vtime, True)
    assert bob.vtime > first.vtime
    # Ada's phone is given a rest, and then ann is the first again.
    assert [event.call_id for event in floor.of(CallOffered)] == [first.call_id, first.call_id, bob.call_id]
    assert [how for how, _ in left(floor)].count("answered") == 3
    assert floor.legs["ann"].heard[-1] == "How was it?"


def test_a_phone_that_is_put_down_at_once_counts_as_rejected() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", HangUp(5))

    floor = on_floor(scene, phones={"PJSIP/1010": PicksUp(after=1, then=-1)})
    assert [event.outcome for event in floor.of(OfferEnded)] == ["rejected"]


def test_a_key_of_the_queue_leaves_it_at_once() -> None:
    async def scene(floor: Floor) -> None:
        floor.call("ann", Press(10, "1"))

    floor = on_floor(scene)
    assert floor.legs["ann"].heard[-1] == "Please call again."
    assert floor.legs["ann"].done[-3:] == ["music", "music off", "hangup"]
    assert [how for how, _ in left(floor)] == ["key"]


def test_an_anywhere_key_is_obeyed_while_waiting() -> None:
    async def scene(floor: Floor) -> None:
        floor.call("ann", Press(10, "0"))

    assert on_floor(scene).legs["ann"].heard[-1] == "Here is the operator."


@pytest.mark.parametrize(
    ("queue", "waits", "how"),
    [
        (replace(BILLING, longest=30), 30, "waited_too_long"),
        (replace(BILLING, join_empty=False), 0, ""),
        (replace(BILLING, stay_empty=20), 20, "no_agents"),
    ],
)
def test_a_wait_that_ends_without_an_agent_goes_where_the_flow_says(queue: object, waits: int, how: str) -> None:
    async def scene(floor: Floor) -> None:
        floor.call("ann")

    floor = on_floor(scene, queues=[queue])  # type: ignore[list-item]
    assert floor.legs["ann"].heard[-1] == "Please call again."
    assert left(floor) == ([(how, waits)] if how else [])


def test_a_full_queue_takes_nobody_more() -> None:
    async def scene(floor: Floor) -> None:
        floor.call("ann", HangUp(30))
        await asyncio.sleep(1)
        floor.call("bob")

    floor = on_floor(scene, queues=[replace(BILLING, most=1)])
    assert floor.legs["bob"].heard[-1] == "Please call again."
    assert floor.legs["bob"].done == ["answer", "hangup"]


def test_wrap_up_follows_a_talk_and_the_next_call_comes_after_it() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", talks=10)
        floor.call("bob", talks=10)

    floor = on_floor(scene, queues=[replace(BILLING, wrap_up=30)])
    rung = [(event.at - floor.of(CallOffered)[0].at).total_seconds() for event in floor.of(CallOffered)]
    assert rung == [0, pytest.approx(42, abs=0.1)]


def test_a_wrap_up_that_wants_a_code_ends_with_it() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", talks=10)
        await asyncio.sleep(60)
        with pytest.raises(Refused, match="wants a wrap-up code"):
            floor.acd.ask(EndWrapUp(AgentId("ada")))
        floor.acd.ask(EndWrapUp(AgentId("ada"), "solved"))

    floor = on_floor(scene, queues=[replace(BILLING, wrap_up=5, code_required=True)])
    assert [event.code for event in floor.of(AgentStateChanged) if event.code] == ["solved"]


def test_an_agent_who_takes_a_break_while_their_phone_rings_is_rung_no_more() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann")
        await asyncio.sleep(3)
        floor.acd.ask(TakeBreak(AgentId("ada"), "lunch"))
        await asyncio.sleep(30)
        floor.sign_in("bea")

    floor = on_floor(scene, phones={"PJSIP/1010": PicksUp(after=10)})
    assert [event.outcome for event in floor.of(OfferEnded)] == ["withdrawn", "answered"]
    assert len(floor.ringer.stopped) == 1


def test_an_agent_who_signs_out_during_a_talk_talks_on_and_is_offered_nothing_more() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", talks=60)
        await asyncio.sleep(20)
        floor.acd.ask(SignOut(AgentId("ada")))
        floor.call("bob", HangUp(120))

    floor = on_floor(scene)
    assert floor.of(LegEnded)[0].talked == 60
    assert left(floor) == [("answered", 2), ("caller_left", 119)]


def test_an_agent_who_cannot_be_rung_by_the_dial_out_list_cannot_sign_in() -> None:
    async def scene(floor: Floor) -> None:
        with pytest.raises(Refused, match="dial-out list"):
            floor.acd.sign_in(agent("ada", "+4930123"))

    on_floor(scene)


def test_no_phone_of_an_agent_rings_for_two_calls_and_every_caller_is_served_once() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada", "bea", "cid")
        for number in range(40):
            floor.call(f"caller{number}", talks=20 + number % 7)
            await asyncio.sleep(number % 3)

    floor = on_floor(scene, phones={"PJSIP/1011": PicksUp(after=5)})
    assert floor.ringer.most == 1
    assert [how for how, _ in left(floor)] == ["answered"] * 40
    assert len(floor.of(CallEnded)) == 40


def test_an_agent_hears_which_queue_it_is_before_the_caller() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann")

    floor = on_floor(scene, queues=[replace(BILLING, whisper=(("en", "A call from billing."),))])
    [phone] = floor.ringer.phones.values()
    assert phone.heard == ["A call from billing."]
    assert left(floor)[0][1] > 2
    assert floor.legs["ann"].done[-2:] == [f"bridge {phone.channel}", "hangup"]


def test_an_agent_hears_it_in_a_language_of_theirs() -> None:
    async def scene(floor: Floor) -> None:
        floor.acd.sign_in(agent("ada", languages=("fr", "zh")))
        floor.call("ann")

    words = (("en", "A call from billing."), ("zh", "账单来电。"))
    floor = on_floor(scene, queues=[replace(BILLING, whisper=words)])
    assert [phone.heard for phone in floor.ringer.phones.values()] == [["账单来电。"]]


def test_an_agent_who_has_to_press_a_key_is_connected_once_they_do() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann")

    floor = on_floor(
        scene, queues=[replace(BILLING, accept_by_key=True)], phones={"PJSIP/1010": PicksUp(keys="1")}
    )  # fmt: skip
    assert [event.outcome for event in floor.of(OfferEnded)] == ["answered"]


@pytest.mark.parametrize(("keys", "outcome", "status"), [("", "no_answer", "on_break"), ("2", "rejected", "ready")])
def test_a_call_that_nobody_takes_by_the_key_goes_to_the_next_agent(keys: str, outcome: str, status: str) -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        await asyncio.sleep(1)
        floor.sign_in("bea")
        floor.call("ann", talks=5)
        await asyncio.sleep(40)
        assert {seat.agent.agent_id: str(seat.status) for seat in floor.acd.seats()} == {"ada": status, "bea": "ready"}

    phones = {"PJSIP/1010": PicksUp(keys=keys), "PJSIP/1011": PicksUp(keys="1")}
    floor = on_floor(scene, queues=[replace(BILLING, accept_by_key=True)], phones=phones)
    assert [event.outcome for event in floor.of(OfferEnded)] == [outcome, "answered"]
    assert all(phone.gone for phone in floor.ringer.phones.values() if phone.channel == "channel-offer_1_1")


def test_a_caller_who_leaves_while_the_agent_is_greeted_ends_the_agents_leg() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", HangUp(4))

    floor = on_floor(scene, queues=[replace(BILLING, accept_by_key=True)])
    assert [phone.gone for phone in floor.ringer.phones.values()] == [True]
    assert [event.outcome for event in floor.of(OfferEnded)] == ["withdrawn"]


def test_a_service_that_stops_hands_back_who_waits_at_once_and_lets_a_talk_go_on() -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", talks=30)
        await asyncio.sleep(5)
        floor.call("bob")
        await asyncio.sleep(5)
        before = floor.now
        await floor.calls.stop(grace=60)
        assert floor.now - before > 20  # ann's talk ends first
        [bob] = [event for event in floor.of(CallHandedBack) if event.call_id == "call_2"]
        assert (bob.at - EPOCH).total_seconds() - before < 0.1

    floor = on_floor(scene)
    assert floor.legs["bob"].done[-1] == "hand_back"
    assert [how for how, _ in left(floor)] == ["answered", "interrupted"]


def test_what_should_not_be_is_mended_and_told(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(floor: Floor) -> None:
        ghost = Ticket(ticket_id=TicketId("t9"), call_id=CallId("c9"), queue="billing", since=0, entered_at=0)
        floor.acd.tell(CallQueued(ghost))  # a place that no call has
        floor.acd.ask(SignIn(agent("ada"), restored=True, talking=TicketId("t8"), queue="billing"))  # nor this talk
        floor.call("ann", HangUp(60))
        await asyncio.sleep(45)
        assert [one.ticket.call_id for one in floor.acd.waiting()] == []
        assert [str(seat.state) for seat in floor.acd.seats()] == ["talking"]  # with ann

    floor = on_floor(scene)
    assert [how for how, _ in left(floor)] == ["mended", "answered"]
    assert caplog.text.count("t9") == 1
    assert caplog.text.count("t8") == 1


def test_nothing_is_mended_where_all_is_well(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(floor: Floor) -> None:
        floor.sign_in("ada")
        floor.call("ann", talks=70)
        floor.call("bob", HangUp(65))
        await asyncio.sleep(5)
        for _ in range(60):
            assert floor.acd.look_through() == 0
            await asyncio.sleep(1)

    on_floor(scene)
    assert "mended" not in caplog.text
