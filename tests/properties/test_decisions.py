"""Decisions as JSON: what is written down of an offer is read back as it was."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.acd.needs import Need
from ivr.core.acd.orders import Cause, Decision, decided, read
from ivr.core.acd.setup import Strategy
from ivr.core.base.ids import AgentId, TicketId
from ivr.services.acd.telling import document

NAMES = st.text(max_size=12)
SECONDS = st.floats(allow_nan=False, allow_infinity=False)
LEVELS = st.lists(st.tuples(NAMES, st.integers(1, 5)), max_size=3).map(tuple)
KEYS = st.tuples(st.integers(-3, 0), st.one_of(st.integers(), SECONDS), SECONDS, NAMES)
ORDERS = st.tuples(st.integers(0, 9), SECONDS, NAMES)
DECISIONS = st.builds(
    Decision,
    at=SECONDS,
    ticket_id=NAMES.map(TicketId),
    agent_id=NAMES.map(AgentId),
    cause=st.sampled_from(Cause),
    strategy=st.sampled_from(Strategy),
    need=st.builds(Need, NAMES, LEVELS, LEVELS, st.lists(NAMES, max_size=3).map(tuple), NAMES),
    stage=st.integers(0, 9),
    waited=SECONDS,
    agents=st.lists(KEYS, min_size=1, max_size=5).map(tuple),
    more_agents=st.integers(0, 99),
    calls=st.lists(ORDERS, min_size=1, max_size=5).map(tuple),
    by=NAMES,
)


@given(DECISIONS)
def test_a_decision_is_read_back_from_json_and_comes_to_the_same_winner(decision: Decision) -> None:
    for told in (document(decision), json.loads(json.dumps(document(decision)))):
        assert read(told) == decision
        assert decided(read(told)) == decided(decision)
