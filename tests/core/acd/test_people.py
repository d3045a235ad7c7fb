"""The table of what agents do, and what they know."""

from __future__ import annotations

import pytest

from ivr.core.acd.floor import Seat
from ivr.core.acd.people import MOVES, Move, State, Status, after
from tests.core.acd.scenes import agent_of

REFUSED = [(state, move) for state in State for move in Move if (state, move) not in MOVES]


def test_every_state_is_left_and_every_move_is_used() -> None:
    assert {state for state, _ in MOVES} == set(State)
    assert {move for _, move in MOVES} == set(Move)
    assert set(MOVES.values()) == set(State)


def test_every_way_leads_back_to_idle() -> None:
    reached = {State.IDLE}
    while more := {state for (state, _), then in MOVES.items() if then in reached} - reached:
        reached |= more
    assert reached == set(State)


def test_only_an_idle_agent_is_offered_a_call_and_only_an_offered_one_talks() -> None:
    assert [state for (state, move), _ in MOVES.items() if move is Move.OFFER] == [State.IDLE]
    assert [state for (state, _), then in MOVES.items() if then is State.TALKING] == [State.OFFERED]


@pytest.mark.parametrize(("state", "move"), REFUSED)
def test_any_other_move_is_a_fault_and_changes_nothing(state: State, move: Move) -> None:
    assert after(state, move) is None
    seat = Seat(agent_of("ann"), signed_in_at=0.0, state=state)
    with pytest.raises(AssertionError, match=f"ann cannot {move} when {state}"):
        seat.move(move, 1.0)
    assert seat.state is state


@pytest.mark.parametrize(("state", "move"), MOVES)
def test_a_move_of_the_table_leads_where_it_says(state: State, move: Move) -> None:
    seat = Seat(agent_of("ann"), signed_in_at=0.0, state=state)
    seat.move(move, 5.0)
    assert (seat.state, seat.since) == (MOVES[state, move], 5.0)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("status", Status)
def test_only_one_who_is_ready_and_idle_is_free(status: Status, state: State) -> None:
    seat = Seat(agent_of("ann"), signed_in_at=0.0, status=status, state=state)
    assert seat.free is ((status, state) == (Status.READY, State.IDLE))


def test_the_occupancy_is_talk_and_wrap_up_in_the_time_since_signing_in() -> None:
    seat = Seat(agent_of("ann"), signed_in_at=0.0)
    assert seat.occupancy(0.0) == 0.0
    seat.move(Move.OFFER, 10.0)
    seat.move(Move.ANSWER, 20.0)
    assert seat.occupancy(40.0) == 0.5
    seat.move(Move.WRAP, 50.0)
    seat.move(Move.END, 60.0)
    assert seat.occupancy(80.0) == 0.5


def test_an_agent_knows_a_skill_at_a_level_and_a_language_or_not() -> None:
    agent = agent_of("ann", skills={"tech": 3}, languages=("en",))
    assert [agent.level(skill) for skill in ("tech", "spanish", "language en", "language zh")] == [3, 0, 1, 0]
