"""The router against a slow one that is easy to believe, on random days: the same answers to the same facts."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from contextlib import suppress

import pytest

from ivr.core.acd import facts, line, orders
from ivr.core.acd.facts import Fact, Request, Trouble
from ivr.core.acd.orders import Command, Leaving, News
from ivr.core.acd.router import Router
from ivr.core.base.errors import Refused
from tests.core.acd.histories import DAY, EPOCH, SETUPS, History
from tests.core.acd.reference import Line, Reference

Told = tuple[Fact | Request, float]
State = dict[str, str | float | None]
REFUSED: Line = ("refused",)


def words(said: Iterable[Command | News]) -> list[Line]:
    """What the router says, as the reference says it."""
    found: list[Line] = []
    for one in said:
        match one:
            case orders.Offer():
                found.append(("offer", one.offer_id, one.ticket_id, one.agent_id))
            case orders.Withdraw():
                found.append(("withdraw", one.offer_id))
            case orders.Release():
                found.append(("release", one.ticket_id, one.leaving))
            case orders.OfferClosed():
                found.append(("closed", one.offer_id, one.outcome))
            case orders.TicketPlaced():
                found.append(("placed", one.ticket_id, one.queue))
            case orders.TicketLeft():
                found.append(("left", one.ticket_id, one.how))
            case _:
                pass
    return found


def told(router: Router | Reference, happened: Fact | Request, at: float) -> list[Line]:
    """What comes of a fact. A request that is refused changes nothing, but that it is later now."""
    try:
        return words(router.handle(happened, at)) if isinstance(router, Router) else router.handle(happened, at)
    except Refused:
        return [REFUSED, *told(router, facts.TimePassed(), at)]


def answer(said: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The offers in their order; what else is said at one instant has none."""
    return [one for one in said if one[0] == "offer"], sorted(one for one in said if one[0] != "offer")


def state(router: Router) -> State:
    """Who does what, which call is how far, and when the router wants to be asked again."""
    found: State = {name: f"{seat.status} {seat.state} {seat.reason}" for name, seat in router.seats.items()}
    for name, one in router.line.calls.items():
        kept = one.reserved.need.reserved_for if one.reserved else ""
        found[name] = f"stage {one.stage}, kept for {kept}, at {one.ringing.seat.agent.agent_id if one.ringing else ''}"
    return found | {"next": router.next_at}


def expected_state(reference: Reference) -> State:
    found: State = {one.agent.agent_id: f"{one.status} {one.state} {one.reason}" for one in reference.people}
    for one in reference.calls:
        at = one.rung.agent.agent_id if one.rung else ""
        found[one.ticket.ticket_id] = f"stage {one.stage}, kept for {one.kept_for}, at {at}"
    return found | {"next": reference.next_at}


def compare(seed: int, count: int) -> dict[str, int]:
    """Tells both the same history. How often each thing was said."""
    history, last = History(seed), deque[Told](maxlen=15)
    router, reference = Router(DAY, at=EPOCH), Reference(DAY, EPOCH)
    kinds: Counter[str] = Counter()
    for number in range(count):
        happened, at = history.next(reference)
        last.append((happened, at))
        found, expected = told(router, happened, at), told(reference, happened, at)
        states = state(router), expected_state(reference)
        if answer(found) != answer(expected) or states[0] != states[1]:
            raise AssertionError(difference(f"seed {seed}, fact {number}", last, (found, expected), states))
        kinds.update(f"{one[0]} {one[-1]}" if one[0] in ("release", "closed") else one[0] for one in found)
    return kinds


def difference(
    where: str, last: Iterable[Told], said: tuple[list[Line], list[Line]], states: tuple[State, State]
) -> str:
    """The last facts, and what differs."""
    lines = [where, *(f"  {at - EPOCH:9.2f}  {shown(happened)}" for happened, at in last)]
    for who, mine in zip(("the router", "the reference"), said, strict=True):
        lines.append(f"{who} says: {[' '.join(one) for one in mine]}")
    for name in sorted(states[0].keys() | states[1].keys()):
        if (one := states[0].get(name)) != (other := states[1].get(name)):
            lines.append(f"{name}: {one} in the router, {other} in the reference")
    return "\n".join(lines)


def shown(happened: Fact | Request) -> str:
    """A fact in one line; of a setup it is enough to know which."""
    return f"setup {SETUPS.index(happened.setup)}" if isinstance(happened, facts.SetupChanged) else str(happened)


ALL_KINDS = {
    "placed", "left", "offer", "withdraw", "refused",
    *(f"release {leaving}" for leaving in Leaving if leaving is not Leaving.ANSWERED),
    *(f"closed {outcome}" for outcome in ("answered", "withdrawn", *Trouble)),
}  # fmt: skip


def test_the_router_says_what_the_slow_one_says() -> None:
    assert set(compare(1, 2_500)) | set(compare(2, 2_500)) == ALL_KINDS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(101, 121))
def test_the_router_says_what_the_slow_one_says_for_weeks(seed: int) -> None:
    assert set(compare(seed, 5_000)) == ALL_KINDS


def test_it_makes_no_difference_that_needs_which_nobody_has_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MOST_UNUSED", 2)
    assert set(compare(3, 1_500)) <= ALL_KINDS


# The same facts, told again and otherwise


def recorded(seed: int, count: int) -> list[Told]:
    history, reference = History(seed), Reference(DAY, EPOCH)
    found: list[Told] = []
    for _ in range(count):
        found.append(history.next(reference))
        told(reference, *found[-1])
    return found


def heard(history: Iterable[Told]) -> list[Command | News]:
    """All that a new router says to a history."""
    router = Router(DAY, at=EPOCH)
    found: list[Command | News] = []
    for happened, at in history:
        try:
            found += router.handle(happened, at)
        except Refused:
            found += router.handle(facts.TimePassed(), at)
    return found


def test_the_same_facts_get_the_same_answers_again() -> None:
    history = recorded(seed=4, count=1_500)
    assert heard(history) == heard(history)


def test_asking_every_second_changes_nothing() -> None:
    history = recorded(seed=5, count=1_500)
    asked: list[Told] = []
    last = EPOCH
    for happened, at in history:
        asked += [(facts.TimePassed(), last + second) for second in range(1, int(at - last) + 1)]
        asked.append((happened, at))
        last = max(last, at)
    assert len(asked) > 3 * len(history)
    assert heard(asked) == heard(history)


def test_asking_when_something_is_due_changes_nothing() -> None:
    history = recorded(seed=6, count=1_500)
    router, found = Router(DAY, at=EPOCH), list[Command | News]()
    asked = 0
    for happened, at in history:
        while (due := router.next_at) is not None and due < at:
            found += router.handle(facts.TimePassed(), due)
            asked += 1
        with suppress(Refused):  # what time had brought comes with the next answer
            found += router.handle(happened, at)
    assert asked > 200
    assert found + router.handle(facts.TimePassed(), at) == heard(history)


def test_every_offer_is_explained_by_what_is_kept_of_its_decision() -> None:
    offers = [one for one in heard(recorded(seed=7, count=3_000)) if isinstance(one, orders.Offer)]
    assert {one.decision.cause for one in offers} == set(orders.Cause)
    for offer in offers:
        assert orders.decided(offer.decision) == (offer.ticket_id, offer.agent_id)
        assert offer.agent_id in {key[-1] for key in offer.decision.agents}
        assert offer.ticket_id in {order[2] for order in offer.decision.calls}
