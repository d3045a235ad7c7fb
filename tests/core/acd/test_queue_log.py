"""What happens in queues, as lines that tools for Asterisk's ``queue_log`` read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.acd.call_events import AgentStateChanged, CallOffered, OfferEnded, QueueJoined, QueueLeft
from ivr.core.acd.events import AgentKept
from ivr.core.acd.queue_log import QueueLog
from ivr.core.base.events import Event
from ivr.core.base.ids import AgentId, CallId, LegId, OfferId, TicketId
from ivr.core.calls.events import ActionDone, CallEnded, CallHandedBack, CallStarted, EndReason, LegEnded, LegStarted

BEGAN = datetime.fromtimestamp(1_000, UTC)
WORKS_IN = {"ada": ("billing", "sales"), "bea": ("billing",), "eve": ()}


class Log:
    """A log that is told a story; ``lines`` are those of the last thing that happened."""

    def __init__(self, queues: Mapping[str, tuple[str, ...]] = WORKS_IN) -> None:
        self.log = QueueLog(lambda agent_id: queues.get(agent_id, ()))
        self.now = BEGAN
        self.lines: list[str] = []
        self.all: list[str] = []

    def tell(self, event: type[Event], after: float = 0.0, /, **what: Any) -> list[str]:
        self.now += timedelta(seconds=after)
        return self._took(self.log.take(event(at=self.now, **what)))

    def wait(self, seconds: float) -> list[str]:
        self.now += timedelta(seconds=seconds)
        return self._took(self.log.due(self.now))

    def _took(self, lines: list[str]) -> list[str]:
        self.lines = lines
        self.all += lines
        return lines

    def join(self, name: str, *, caller: str = "+15550100", lane: int = 0, restored: bool = False) -> list[str]:
        """A call comes to billing."""
        if not restored:
            self.tell(
                CallStarted, call_id=CallId(name), caller=caller, caller_name="", called="100", flow="main",
                language="en", channel="chan",
            )  # fmt: skip
        return self.tell(
            QueueJoined, call_id=CallId(name), ticket_id=TicketId(f"t-{name}"), queue="billing", lane=lane,
            vtime=self.now.timestamp(), restored=restored,
        )  # fmt: skip

    def leave(self, name: str, how: str, after: float = 0.0, waited: float = 0.0) -> list[str]:
        return self.tell(
            QueueLeft, after, call_id=CallId(name), ticket_id=TicketId(f"t-{name}"), queue="billing", how=how,
            waited=waited,
        )  # fmt: skip

    def ring(self, name: str, agent: str, after: float = 0.0) -> list[str]:
        return self.tell(
            CallOffered, after, call_id=CallId(name), ticket_id=TicketId(f"t-{name}"),
            offer_id=OfferId(f"o-{name}-{agent}"), agent_id=AgentId(agent),
        )  # fmt: skip

    def rang(self, name: str, agent: str, outcome: str, after: float = 0.0) -> list[str]:
        offer_id, ticket_id = OfferId(f"o-{name}-{agent}"), TicketId(f"t-{name}")
        return self.tell(
            OfferEnded, after, ticket_id=ticket_id, offer_id=offer_id, agent_id=AgentId(agent), outcome=outcome
        )

    def talk(self, name: str, agent: str, seconds: float, status: str = "answered") -> list[str]:
        """An agent answered, and both talk for so long."""
        leg_id = LegId(f"o-{name}-{agent}")
        self.tell(LegStarted, call_id=CallId(name), leg_id=leg_id, role="agent", address=agent)
        return self.tell(LegEnded, seconds, call_id=CallId(name), leg_id=leg_id, status=status, talked=seconds)

    def answer(self, name: str, agent: str, *, waited: float) -> list[str]:
        self.ring(name, agent, waited - 3.5)
        self.rang(name, agent, "answered", 3.5)
        return self.leave(name, "answered", waited=waited)

    def end(self, name: str, reason: EndReason, after: float = 0.0) -> list[str]:
        return self.tell(CallEnded, after, call_id=CallId(name), reason=reason, section="welcome")

    def agent(self, name: str, status: str, reason: str = "", state: str = "idle") -> list[str]:
        return self.tell(
            AgentStateChanged, agent_id=AgentId(name), status=status, state=state, reason=reason, ticket_id=TicketId("")
        )


def test_a_log_begins_with_the_start_of_the_service() -> None:
    assert Log().log.begin(BEGAN) == ["1000|NONE|NONE|NONE|QUEUESTART|"]


def test_a_call_comes_waits_and_is_answered() -> None:
    log = Log()
    assert log.join("c1") == ["1000|c1|billing|NONE|ENTERQUEUE||+15550100|1"]
    assert log.answer("c1", "ada", waited=12.5) == ["1012|c1|billing|ada|CONNECT|12|o-c1-ada|3"]
    assert log.talk("c1", "ada", 40.0) == []
    assert log.wait(1.0) == []
    assert log.wait(0.5) == ["1054|c1|billing|ada|COMPLETEAGENT|12|40|1"]
    assert log.wait(100) == []


@pytest.mark.parametrize(
    ("after", "reason", "event"),
    [
        (0.01, EndReason.CALLER_LEFT, "COMPLETECALLER"),
        (1.0, EndReason.CALLER_LEFT, "COMPLETECALLER"),
        (1.1, EndReason.CALLER_LEFT, "COMPLETEAGENT"),
        (0.2, EndReason.COMPLETED, "COMPLETEAGENT"),
    ],
)
def test_who_hung_up_is_told_by_what_follows(after: float, reason: EndReason, event: str) -> None:
    log = Log()
    log.join("c1")
    log.answer("c1", "ada", waited=5)
    log.talk("c1", "ada", 20)
    [line] = log.end("c1", reason, after)
    assert line.split("|")[4:] == [event, "5", "20", "1"]


def test_places_are_those_of_the_line_and_the_first_one_is_remembered() -> None:
    log = Log()
    for name in ("c1", "c2", "c3"):
        log.join(name)
    assert log.lines[0].endswith("|3")
    assert log.join("c0", lane=-1)[0].endswith("|1"), "a lane that is served first"
    assert log.leave("c2", "caller_left", 7, waited=7.9) == ["1007|c2|billing|NONE|ABANDON|3|2|7"]
    assert log.leave("c3", "waited_too_long", waited=60) == ["1007|c3|billing|NONE|EXITWITHTIMEOUT|3|3|60"]
    assert log.leave("c1", "no_agents", waited=9) == ["1007|c1|billing|NONE|EXITEMPTY|2|1|9"]


def test_a_key_that_leads_out_is_told_by_the_action() -> None:
    log = Log()
    log.join("c1")
    assert log.leave("c1", "key", 5, waited=5) == []
    done = log.tell(
        ActionDone, call_id=CallId("c1"), began_at=BEGAN, section="welcome", index=1, kind="queue", outcome="key",
        detail={"queue": "billing", "press": "1"},
    )  # fmt: skip
    assert done == ["1005|c1|billing|NONE|EXITWITHKEY|1|1|1|5"]
    assert log.end("c1", EndReason.COMPLETED) == []


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "rejected"])
def test_a_phone_that_nobody_picks_up(outcome: str) -> None:
    log = Log()
    log.join("c1")
    log.ring("c1", "ada")
    assert log.rang("c1", "ada", outcome, 15.25) == ["1015|c1|billing|ada|RINGNOANSWER|15250"]
    log.ring("c1", "bea")
    assert log.rang("c1", "bea", "answered", 2) == []
    assert log.leave("c1", "answered", waited=17.3) == ["1017|c1|billing|bea|CONNECT|17|o-c1-bea|2"]


@pytest.mark.parametrize("outcome", ["unreachable", "away"])
def test_a_phone_that_could_not_be_rung(outcome: str) -> None:
    log = Log()
    log.join("c1")
    log.ring("c1", "ada")
    assert log.rang("c1", "ada", outcome) == ["1000|c1|billing|ada|SYSCOMPAT|"]


def test_an_offer_that_is_taken_back() -> None:
    log = Log()
    log.join("c1")
    log.ring("c1", "ada")
    assert log.rang("c1", "ada", "withdrawn", 4) == ["1004|c1|billing|ada|RINGCANCELED|4000"]


def test_a_caller_who_hangs_up_while_a_phone_rings() -> None:
    log = Log()
    log.join("c1")
    log.ring("c1", "ada", 10)
    left = log.leave("c1", "caller_left", 2, waited=12)
    assert left == ["1012|c1|billing|ada|RINGCANCELED|2000", "1012|c1|billing|NONE|ABANDON|1|1|12"]
    assert log.rang("c1", "ada", "withdrawn") == []


def test_a_leg_that_is_gone_when_it_is_connected_leads_back_to_the_line() -> None:
    log = Log()
    log.join("c1")
    log.answer("c1", "ada", waited=5)
    assert log.talk("c1", "ada", 0.1, "unreachable") == ["1005|c1|billing|ada|SYSCOMPAT|"]
    assert log.join("c1", restored=True) == []
    assert log.answer("c1", "bea", waited=9) == ["1014|c1|billing|bea|CONNECT|9|o-c1-bea|3"]


def test_a_wait_that_is_broken_off_is_an_end_when_the_call_ends() -> None:
    log = Log()
    log.join("c1")
    assert log.leave("c1", "interrupted", 6, waited=6) == []
    assert log.end("c1", EndReason.CALLER_LEFT) == ["1006|c1|billing|NONE|ABANDON|1|1|6"]


def test_a_caller_who_comes_back_after_a_restart_waits_on() -> None:
    log = Log()
    log.join("c1")
    log.leave("c1", "interrupted", 6, waited=6)
    assert log.tell(CallHandedBack, call_id=CallId("c1"), section="welcome") == []
    assert log.log.close(log.now) == []
    new = Log()
    assert new.join("c1", restored=True) == []
    assert new.leave("c1", "caller_left", 60, waited=66) == ["1060|c1|billing|NONE|ABANDON|1|1|66"]


def test_a_talk_that_is_over_when_the_service_stops_is_written() -> None:
    log = Log()
    log.join("c1")
    log.answer("c1", "ada", waited=5)
    log.talk("c1", "ada", 20)
    assert [line.split("|")[4] for line in log.log.close(log.now)] == ["COMPLETEAGENT"]


def test_agents_come_take_breaks_and_go() -> None:
    log = Log()
    assert log.agent("ada", "ready") == ["1000|NONE|billing|ada|ADDMEMBER|", "1000|NONE|sales|ada|ADDMEMBER|"]
    assert log.agent("ada", "ready", state="talking") == []
    assert log.agent("ada", "on_break", "lunch") == [
        "1000|NONE|billing|ada|PAUSE|lunch",
        "1000|NONE|sales|ada|PAUSE|lunch",
    ]
    assert log.agent("ada", "ready") == ["1000|NONE|billing|ada|UNPAUSE|lunch", "1000|NONE|sales|ada|UNPAUSE|lunch"]
    assert log.agent("ada", "signed_out") == [
        "1000|NONE|billing|ada|REMOVEMEMBER|",
        "1000|NONE|sales|ada|REMOVEMEMBER|",
    ]
    assert log.agent("ada", "signed_out") == []


def test_an_agent_who_begins_on_a_break_and_takes_another() -> None:
    log = Log()
    assert [line.split("|", 4)[4] for line in log.agent("bea", "on_break", "admin")] == ["ADDMEMBER|", "PAUSE|admin"]
    assert [line.split("|", 4)[4] for line in log.agent("bea", "on_break", "lunch")] == ["PAUSE|lunch"]


def test_an_agent_without_queues_is_told_of_once() -> None:
    assert Log().agent("eve", "ready") == ["1000|NONE|NONE|eve|ADDMEMBER|"]


def test_other_queues_of_somebody_at_work() -> None:
    log = Log()
    log.agent("bea", "on_break", "lunch")
    kept = log.tell(AgentKept, agent_id=AgentId("bea"), agent={"queues": ["sales"]}, new=False, by="ops")
    assert [line.split("|", 2)[2] for line in kept] == [
        "billing|bea|REMOVEMEMBER|",
        "sales|bea|ADDMEMBER|",
        "sales|bea|PAUSE|lunch",
    ]
    assert log.tell(AgentKept, agent_id=AgentId("ada"), agent={"queues": ["x"]}, new=False, by="ops") == []


def test_what_the_log_never_saw_begin_makes_no_line_and_no_trouble() -> None:
    log = Log()
    assert log.leave("c9", "answered", waited=3) == []
    assert log.rang("c9", "ada", "no_answer") == []
    assert log.talk("c9", "ada", 3) == []
    assert log.end("c9", EndReason.COMPLETED) == []


def test_nothing_of_a_call_is_remembered_when_it_is_over() -> None:
    log = Log()
    for name, how in [("c1", "answered"), ("c2", "caller_left"), ("c3", "key"), ("c4", "interrupted")]:
        log.join(name)
        log.ring(name, "ada")
        log.rang(name, "ada", "answered" if how == "answered" else "busy")
        log.leave(name, how)
        log.talk(name, "ada", 3)
        log.end(name, EndReason.CALLER_LEFT)
    kept = log.log
    assert not any([kept._callers, kept._waits, kept._talks, kept._held, *kept._lines.values()])


@given(caller=st.text(), reason=st.text(), key=st.text())
def test_what_people_write_never_breaks_a_line(caller: str, reason: str, key: str) -> None:
    log = Log({"ada": ("billing",)})
    log.join("c1", caller=caller)
    log.leave("c1", "key")
    log.tell(
        ActionDone, call_id=CallId("c1"), began_at=BEGAN, section="a", index=0, kind="queue", outcome="key",
        detail={"press": key},
    )  # fmt: skip
    log.agent("ada", "on_break", reason)
    columns = [("ENTERQUEUE", 8), ("EXITWITHKEY", 9), ("ADDMEMBER", 6), ("PAUSE", 6)]
    assert [(line.split("|")[4], len(line.split("|"))) for line in log.all] == columns
    assert all(len(line.splitlines()) == 1 and line.encode() for line in log.all)
