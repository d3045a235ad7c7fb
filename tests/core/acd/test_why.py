"""Why an agent got a call and another did not: decisions of the real router, told in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.core.acd import why
from ivr.core.acd.call_events import AgentStateChanged, CallOffered, OfferEnded, QueueJoined
from ivr.core.acd.needs import course
from ivr.core.acd.orders import Offer
from ivr.core.acd.people import Agent
from ivr.core.acd.setup import Queue, Step, Strategy, levels
from ivr.core.acd.why import Because, Known, Offered
from ivr.core.base.events import Event, from_json, to_json
from ivr.core.base.ids import AgentId, CallId, TicketId
from ivr.services.acd import telling
from tests.core.acd.scenes import Scene, agent_of

STEPS = (
    Step(20.0, require=levels({"tech": 3})),
    Step(20.0, lower=levels({"tech": 2})),
    Step(None, drop=("tech",), add_groups=("backup",)),
)


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def last_offer(scene: Scene, *more: Event) -> Offered:
    """The offer that was made last, as it is read from what was kept."""
    [offer] = scene.heard(Offer)
    event = telling.event_of(offer, at(scene.now))
    assert event is not None
    [offered] = why.offers([from_json(to_json(event)), *more])
    return offered


def lines(offered: Offered) -> dict[str, list[str]]:
    """What is told, by its words."""
    found: dict[str, list[str]] = {}
    word = ""
    for given, line in why.told(offered):
        word = given or word
        found.setdefault(word, []).append(line)
    return found


def doing(agent: str, status: str = "ready", state: str = "idle", reason: str = "") -> AgentStateChanged:
    return AgentStateChanged(
        at=at(900), agent_id=AgentId(agent), status=status, state=state, reason=reason, ticket_id=TicketId("")
    )


def ended(offered: Offered, outcome: str, after: float) -> OfferEnded:
    event = offered.event
    return OfferEnded(
        at=event.at + timedelta(seconds=after), ticket_id=event.ticket_id, offer_id=event.offer_id,
        agent_id=event.agent_id, outcome=outcome,
    )  # fmt: skip


# Why


def test_a_call_that_came_while_agents_were_free() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.sign_in("bob")
    scene.call("t1", after=5)
    offered = last_offer(scene)
    told = lines(offered)
    assert told["at"] == ["00:16:47.0 UTC, 0.0 s after the call came to the queue"]
    assert told["agent"] == ["ann"]
    assert told["cause"] == ["the call came, or its needs loosened, while agents were free"]
    assert told["needs"] == ["queue sales (stage 1)"]
    assert told["order"] == ["longest idle"]
    assert told["agents"] == ["1. ann: idle for 6.0 s", "2. bob: idle for 5.0 s"]
    assert "calls" not in told
    assert told["result"] == ["not known: the offer is open, or its end was not kept"]
    assert told["recomputed"] == ["the same"]
    assert (offered.recomputed, offered.same) == (("t1", "ann"), True)


@pytest.mark.parametrize(
    ("first", "second", "because"),
    [
        ({}, {}, "first by its time: 1.0 s before the next one"),
        ({"lane": 1}, {"lane": 0}, "first by its lane: 0 is served before 1"),
        ({"priority": 0.0}, {"priority": 1.0}, "first by its time: 59.0 s before the next one"),
    ],
)
def test_an_agent_who_became_free_while_calls_waited(
    first: dict[str, Any], second: dict[str, Any], because: str
) -> None:
    scene = Scene()
    scene.call("t1", needs={"tech": 1}, **first)
    scene.call("t2", needs={"spanish": 1}, **second)
    scene.sign_in("ann", skills={"tech": 2, "spanish": 2})
    offered = last_offer(scene)
    told = lines(offered)
    assert told["cause"] == ["the agent became free while calls waited"]
    assert told["calls"][0].startswith(f"1. {offered.event.ticket_id}: lane ")
    assert told["calls"][0].endswith(", this call")
    assert told["calls"][2] == because
    assert told["recomputed"] == ["the same"]


def test_a_call_that_was_given_by_hand() -> None:
    scene = Scene()
    scene.sign_in("ann", ["other"])
    scene.call("t1")
    scene.pick("t1", "ann")
    assert lines(last_offer(scene))["cause"] == ["somebody gave the call to the agent by hand, boss"]


def test_what_came_of_an_offer() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.call("t1")
    offered = last_offer(scene)
    again = last_offer(scene, ended(offered, "no_answer", 15))
    assert lines(again)["result"] == ["no answer after 15.0 s"]


def test_needs_and_preferences_are_told_in_words() -> None:
    queue = Queue(name="sales", steps=(Step(None, levels({"tech": 2, "language en": 1}), levels({"vip": 1})),))
    scene = Scene(queue)
    scene.sign_in("ann", skills={"tech": 3}, languages=("en",))
    scene.sign_in("bob", skills={"tech": 2, "vip": 2}, languages=("en",))
    scene.call("t1")
    told = lines(last_offer(scene))
    assert told["needs"] == ["queue sales; language en; tech 2 or more; better with vip 1 or more (stage 1)"]
    assert told["agents"] == [
        "1. bob: 1 of 1 preferred skills, idle for 1.0 s",
        "2. ann: 0 of 1 preferred skills, idle for 2.0 s",
    ]


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        (Strategy.MOST_SKILLED, "levels that sum up to 2, idle"),
        (Strategy.LEAST_OCCUPIED, "busy for 0.0% of the time, idle"),
        (Strategy.FEWEST_CALLS, "0 talks, idle"),
        (Strategy.ROUND_ROBIN, "not rung yet, idle"),
        (Strategy.LINEAR, "place 7, idle"),
        (Strategy.RANDOM, "drew "),
    ],
)
def test_each_strategy_has_its_words(strategy: Strategy, words: str) -> None:
    scene = Scene(Queue(name="sales", strategy=strategy, steps=(Step(None, levels({"tech": 1})),)))
    scene.sign_in("ann", skills={"tech": 2}, order=7)
    scene.call("t1")
    assert lines(last_offer(scene))["agents"][0].startswith(f"1. ann: {words}")


def test_agents_who_were_not_written_down_are_counted() -> None:
    scene = Scene()
    for number in range(25):
        scene.sign_in(f"a{number:02}")
    scene.call("t1")
    offered = last_offer(scene)
    assert lines(offered)["agents"][-1] == "and 5 more who were free and fitted"
    [(because, words)] = why.why_not(offered, "a24", Known(agent_of("a24"), doing("a24")))
    assert (because, words) == (
        Because.UNKNOWN, "a24 may be one of the 5 who fitted too and were not written down",
    )  # fmt: skip


def test_a_decision_that_was_changed_is_found_out() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.sign_in("bob")
    scene.call("t1")
    offered = last_offer(scene)
    event = offered.event
    forged = CallOffered(
        at=event.at, call_id=event.call_id, ticket_id=event.ticket_id, offer_id=event.offer_id,
        agent_id=AgentId("bob"), decision=event.decision,
    )  # fmt: skip
    [found] = why.offers([forged])
    assert lines(found)["recomputed"] == ["ann for t1, which is not the same"]


def test_an_offer_whose_decision_was_not_kept_says_so() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.call("t1")
    event = last_offer(scene).event
    bare = CallOffered(
        at=event.at, call_id=event.call_id, ticket_id=event.ticket_id, offer_id=event.offer_id, agent_id=event.agent_id
    )
    [found] = why.offers([bare])
    assert lines(found)["why"] == ["what this offer was decided by was not kept"]
    assert why.why_not(found, "bob", Known()) == [(Because.UNKNOWN, "what this offer was decided by was not kept")]


# Why not


def offered_to_ann(**more: Any) -> Offered:
    """An offer in the first stage of a queue whose needs loosen."""
    scene = Scene(Queue(name="sales", steps=STEPS))
    scene.sign_in("ann", skills={"tech": 4})
    scene.call("t1", after=1, **more)
    return last_offer(scene)


COURSE = course(Queue(name="sales", steps=STEPS))


def test_the_one_who_was_offered_it() -> None:
    [(because, words)] = why.why_not(offered_to_ann(), "ann", Known())
    assert because is Because.WAS_OFFERED
    assert words.startswith("ann was offered it")


def test_one_who_sorted_behind_is_told_what_decided() -> None:
    scene = Scene()
    scene.sign_in("ann")
    scene.sign_in("bob")
    scene.call("t1")
    [(because, words)] = why.why_not(last_offer(scene), "bob", Known())
    assert because is Because.BEHIND
    assert words == (
        "bob was free and fitted, at place 2: idle for 1.0 s; ann came first: idle for 2.0 s. "
        "What decided: idle for 2.0 s against idle for 1.0 s"
    )


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (agent_of("bob", skills={"tech": 2}), "tech 2 where 3 is needed; they would fit from stage 2 on, 20 s after"),
        (agent_of("bob", skills={"tech": 1}), "tech 1 where 3 is needed; they would fit from stage 3 on, 40 s after"),
        (
            agent_of("bob", ["other"]),
            "bob does not fit, by the record of now: is not in the queue sales, nor in a group that was added; "
            "they would not fit at any later stage either",
        ),
        (agent_of("bob", ["other"], groups=frozenset({"backup"})), "they would fit from stage 3 on, 40 s after"),
    ],
)
def test_one_who_does_not_fit_is_told_when_they_would(agent: Agent, words: str) -> None:
    [(because, told)] = why.why_not(offered_to_ann(), "bob", Known(agent, doing("bob"), COURSE))
    assert because is Because.DOES_NOT_FIT
    assert words in told


def test_steps_that_are_others_by_now_are_not_trusted() -> None:
    bob = agent_of("bob")
    [(_, words)] = why.why_not(offered_to_ann(), "bob", Known(bob, doing("bob"), course(Queue(name="sales"))))
    assert words.endswith("the steps of the queue are others by now, so that later stages are not known")
    [(_, words)] = why.why_not(offered_to_ann(), "bob", Known(bob, doing("bob")))
    assert words.endswith("how the needs loosen later is not known")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (doing("bob", "signed_out"), "bob was signed out, since 00:15:00.0"),
        (doing("bob", "on_break", reason="lunch"), "bob was on a break (lunch), since 00:15:00.0"),
        (doing("bob", state="talking"), "bob was talking, since 00:15:00.0"),
        (doing("bob", state="wrapping"), "bob was wrapping up a talk, since 00:15:00.0"),
        (doing("bob", state="offered"), "bob was being rung for another call, since 00:15:00.0"),
        (doing("bob", state="resting"), "bob was resting after an offer that came to nothing, since 00:15:00.0"),
    ],
)
def test_one_who_was_not_free(state: AgentStateChanged, words: str) -> None:
    bob = agent_of("bob", skills={"tech": 5})
    assert why.why_not(offered_to_ann(), "bob", Known(bob, state, COURSE)) == [(Because.NOT_FREE, words)]


def test_what_is_not_known_is_said() -> None:
    assert why.why_not(offered_to_ann(), "bob", Known()) == [
        (Because.UNKNOWN, "what bob can do is not known: there is no record of them"),
        (Because.UNKNOWN, "what bob did then is not known"),
    ]
    bob = agent_of("bob", skills={"tech": 5})
    [(because, words)] = why.why_not(offered_to_ann(), "bob", Known(bob, doing("bob"), COURSE))
    assert because is Because.UNKNOWN
    assert words == "bob was free and fits by the record of now; the record may have been another one then"


def test_a_call_that_was_kept_for_somebody() -> None:
    offered = offered_to_ann(prefer=AgentId("ann"), prefer_for=30.0)
    reasons = why.why_not(offered, "bob", Known(agent_of("bob"), doing("bob"), COURSE))
    assert reasons == [(Because.DOES_NOT_FIT, "the call was kept for ann then")]


def test_nobody_else_is_looked_at_when_a_call_is_given_by_hand() -> None:
    scene = Scene()
    scene.sign_in("ann", ["other"])
    scene.call("t1")
    scene.pick("t1", "ann")
    assert why.why_not(last_offer(scene), "bob", Known()) == [
        (Because.PICKED, "the call was given to ann by hand by boss; nobody else was looked at")
    ]


def test_a_calls_own_needs_are_those_that_it_joined_with() -> None:
    scene = Scene()
    scene.sign_in("ann", skills={"tech": 2})
    scene.call("t1", needs={"tech": 2})
    joined = QueueJoined(
        at=at(1), call_id=CallId("c"), ticket_id=TicketId("t1"), queue="sales", lane=0, vtime=1.0,
        ticket={"needs": [["tech", 2]]},
    )  # fmt: skip
    assert last_offer(scene, joined).own == (("tech", 2),)
