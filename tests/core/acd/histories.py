"""Random days of a call centre: setups, agents and facts that a router may be told, sensible and not."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from ivr.core.acd import facts
from ivr.core.acd.facts import Fact, Request, Ticket, Trouble
from ivr.core.acd.people import Agent
from ivr.core.acd.setup import (
    NO_SETUP,
    BreakReason,
    Levels,
    Queue,
    Rests,
    Setup,
    Step,
    Strategy,
    WrapUpCode,
    levels,
)
from ivr.core.base.ids import AgentId, CallId, OfferId, TicketId
from tests.core.acd.reference import Reference

EPOCH = 1_700_000_000.0
NAMES = tuple(AgentId(name) for name in ("ann", "bob", "cho", "dee", "eli", "fay", "gus", "hal"))
NEEDS: tuple[Levels, ...] = (
    (), (), (), levels({"spanish": 3}), levels({"tech": 2}), levels({"language en": 1}),
    levels({"spanish": 1, "tech": 4}),
)  # fmt: skip

LOOSER = (
    Step(15.0, require=levels({"spanish": 4}), skip_if_none=True),
    Step(20.0, lower=levels({"spanish": 2})),
    Step(10.0, lower=levels({"spanish": 1}), prefer=levels({"tech": 3}), skip_if_none=True),
    Step(drop=("spanish",), add_groups=("backup",)),
)
SPECIAL = (
    Step(8.0, require=levels({"tech": 5}), skip_if_none=True),
    Step(12.0, lower=levels({"tech": 3}), skip_if_none=True),
    Step(30.0, add_groups=("backup",)),
    Step(add_groups=("floor",)),
)
# Limits are odd parts of a second, for which of two that end at the same instant comes first is not told.
RANDOM, FEWEST, LINEAR = Strategy.RANDOM, Strategy.FEWEST_CALLS, Strategy.LINEAR
QUEUES = (
    Queue(name="sales", steps=LOOSER, wrap_up=10.0, longest=90.125),
    Queue(name="support", strategy=Strategy.MOST_SKILLED, steps=(Step(prefer=levels({"tech": 3})),), wrap_up=12.0,
          code_required=True, longest=45.125, ring=12.0),
    Queue(name="billing", strategy=Strategy.LEAST_OCCUPIED, priority=1.0, most=2, join_empty=False, stay_empty=20.0625,
          missed_break=False, rests=Rests(5.0, 0.0, 20.0)),
    Queue(name="vip", strategy=Strategy.ROUND_ROBIN, lane=-1, steps=SPECIAL, ring=8.0, stay_empty=6.0625),
    Queue(name="night", strategy=RANDOM, seed=7, stay_empty=12.0625, longest=30.125, code_required=True),
    Queue(name="front", strategy=LINEAR, priority=-0.5, most=3),
    Queue(name="back", strategy=FEWEST, steps=(Step(10.0), Step(add_groups=("floor", "backup"))), join_empty=False),
)  # fmt: skip
DAY = Setup(
    queues={queue.name: queue for queue in QUEUES},
    breaks={name: BreakReason(name) for name in ("lunch", "coffee")},
    codes={name: WrapUpCode(name) for name in ("sold", "lost")},
)
CHANGED = {
    "sales": {"steps": LOOSER[1:], "longest": 0.0, "priority": 2.0},
    "vip": {"lane": 1, "stay_empty": None},
    "night": {"strategy": LINEAR, "longest": 10.125, "stay_empty": 3.0625},
    "support": {"steps": SPECIAL, "strategy": RANDOM},
}
LATER = replace(  # "back" is gone, and "new" has come
    DAY,
    queues={
        **{name: replace(queue, **CHANGED.get(name, {})) for name, queue in DAY.queues.items() if name != "back"},  # type: ignore[arg-type]
        "new": Queue(name="new", steps=SPECIAL, longest=20.125),
    },
)
SETUPS = (DAY, LATER, replace(DAY, queues={name: replace(queue) for name, queue in DAY.queues.items()}), NO_SETUP)
MOST_CALLS = 12


class History:
    """Makes one fact after the other up, most of which suit what is going on."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.now = EPOCH
        self.number = 0
        self.old_offers: list[str] = ["offer_0"]
        self.tickets: dict[str, Ticket] = {}
        self.kinds = {
            self.queued: 20, self.gone: 5, self.answered: 20, self.failed: 9, self.talk_ended: 18, self.talk_failed: 2,
            self.wrapped: 8, self.time: 10, self.sign_in: 7, self.sign_out: 2.5, self.take_break: 4, self.resume: 8,
            self.extend: 1, self.agent_changed: 3, self.set_up: 0.6, self.pick: 3, self.change: 4, self.late: 4,
        }  # fmt: skip

    def next(self, seen: Reference) -> tuple[Fact | Request, float]:
        """What happens next, and when, after all that the reference has seen."""
        at, happened = self.when(seen), None
        while happened is None:
            [kind] = self.dice.choices(list(self.kinds), list(self.kinds.values()))
            happened = kind(seen)
        return happened, at

    def when(self, seen: Reference) -> float:
        lot = self.dice.random()
        if lot < 0.1 and seen.next_at is not None:
            self.now = max(self.now, seen.next_at)  # at the very instant at which something is due
        elif lot < 0.12:
            return self.now - self.dice.choice((0.25, 5.0))  # told late
        elif lot < 0.85:
            self.now += self.dice.choice((0.0, 0.25, 0.5, 1.0, 2.0))
        else:
            self.now += self.dice.choice((5.0, 10.0, 20.0, 60.0))
        return self.now

    def agent(self, name: AgentId) -> Agent:
        dice = self.dice
        return Agent(
            agent_id=name,
            queues=frozenset(dice.sample([queue.name for queue in QUEUES] + ["new"], dice.choice((1, 2, 3, 4)))),
            groups=frozenset(dice.sample(("backup", "floor"), dice.choice((0, 0, 1)))),
            skills={skill: dice.randint(1, 5) for skill in ("spanish", "tech") if dice.random() < 0.6},
            languages=("en",) if dice.random() < 0.7 else (),
            order=dice.randint(0, 3),
        )

    # Calls

    def queued(self, seen: Reference) -> Fact | None:
        if len(seen.calls) >= MOST_CALLS:
            return None
        dice = self.dice
        self.number += 1
        restored = dice.random() < 0.1
        since = self.now - (dice.choice((10.0, 60.0, 400.0)) if restored or dice.random() < 0.1 else 0.0)
        ticket = Ticket(
            ticket_id=TicketId(f"t{self.number}"),
            call_id=CallId(f"c{self.number}"),
            queue=dice.choice((*DAY.queues, "new") if dice.random() < 0.97 else ("nowhere",)),
            since=since,
            entered_at=dice.uniform(since, self.now) // 0.25 * 0.25 if restored else self.now,
            needs=dice.choice(NEEDS),
            priority=dice.choice((0.0, 0.0, 0.0, 0.5, 2.0)),
            credit=dice.choice((0.0, 0.0, 15.0)),
            lane=dice.choice((None, None, None, None, 0, -2)),
            prefer=dice.choice(NAMES) if dice.random() < 0.3 else facts.NOBODY,
            prefer_for=dice.choice((0.0, 10.0, 30.0)),
        )
        self.tickets[ticket.ticket_id] = ticket
        return facts.CallQueued(ticket, restored)

    def ticket_id(self, seen: Reference) -> TicketId | None:
        return self.dice.choice(seen.calls).ticket.ticket_id if seen.calls else None

    def gone(self, seen: Reference) -> Fact | None:
        ticket_id = self.ticket_id(seen)
        return facts.CallerGone(ticket_id) if ticket_id else None

    def pick(self, seen: Reference) -> Request | None:
        ticket_id = self.ticket_id(seen)
        free = [one.agent.agent_id for one in seen.people if one.free]
        agent_id = self.dice.choice(free if free and self.dice.random() < 0.8 else NAMES)
        return facts.Pick(ticket_id, agent_id, "boss") if ticket_id else None

    def change(self, seen: Reference) -> Request | None:
        ticket_id, dice = self.ticket_id(seen), self.dice
        if ticket_id is None:
            return None
        return facts.ChangeTicket(
            ticket_id=ticket_id,
            by="boss",
            queue=dice.choice((*DAY.queues, "new", None, None, None, None)),
            priority=dice.choice((None, None, 0.0, 3.0)),
            lane=dice.choice((None, None, 0, 1)),
            needs=dice.choice((None, None, *NEEDS)),
        )

    # Offers and talks

    def offer_id(self, seen: Reference) -> OfferId | None:
        open_ones = [call.offer_id for call in seen.calls if call.rung is not None]
        if not open_ones:
            return None
        self.old_offers = [*self.old_offers[-5:], self.dice.choice(open_ones)]
        return OfferId(self.old_offers[-1])

    def answered(self, seen: Reference) -> Fact | None:
        offer_id = self.offer_id(seen)
        return facts.OfferAnswered(offer_id) if offer_id else None

    def failed(self, seen: Reference) -> Fact | None:
        offer_id = self.offer_id(seen)
        return facts.OfferFailed(offer_id, self.dice.choice(tuple(Trouble))) if offer_id else None

    def talk_ended(self, seen: Reference) -> Fact | None:
        talks = [one.ticket_id for one in seen.people if one.state == "talking"]
        return facts.TalkEnded(TicketId(self.dice.choice(talks))) if talks else None

    def talk_failed(self, seen: Reference) -> Fact | None:
        talks = [one.ticket_id for one in seen.people if one.state == "talking"]
        return facts.TalkFailed(self.tickets[self.dice.choice(talks)]) if talks else None

    def wrapped(self, seen: Reference) -> Request | None:
        busy = [one.agent.agent_id for one in seen.people if one.ticket_id]
        code = self.dice.choice(("", "sold", "lost", "nonsense"))
        return facts.EndWrapUp(self.dice.choice(busy), code) if busy else None

    def late(self, seen: Reference) -> Fact | Request:
        """What comes late, twice, or never was."""
        dice = self.dice
        ticket_id = TicketId(f"t{dice.randint(max(0, self.number - 12), self.number + 1)}")
        offer_id = OfferId(dice.choice(self.old_offers))
        if seen.calls and dice.random() < 0.2:
            return facts.CallQueued(dice.choice(seen.calls).ticket, dice.random() < 0.5)
        return dice.choice(
            (
                facts.CallerGone(ticket_id, "elsewhere"),
                facts.OfferAnswered(offer_id),
                facts.OfferFailed(offer_id, dice.choice(tuple(Trouble))),
                facts.TalkEnded(ticket_id),
                facts.TalkFailed(dice.choice(list(self.tickets.values())[-12:]))
                if self.tickets
                else facts.TimePassed(),
                facts.Pick(ticket_id, dice.choice(NAMES), "boss"),
                facts.ChangeTicket(ticket_id=ticket_id, by="boss", priority=9.0),
            )
        )

    # Agents

    def time(self, seen: Reference) -> Fact:
        return facts.TimePassed()

    def set_up(self, seen: Reference) -> Fact:
        return facts.SetupChanged(self.dice.choices(SETUPS, (4, 4, 2, 1))[0])

    def agent_changed(self, seen: Reference) -> Fact:
        return facts.AgentChanged(self.agent(self.dice.choice(NAMES)))

    def sign_in(self, seen: Reference) -> Request | None:
        here = {one.agent.agent_id for one in seen.people}
        away = [name for name in NAMES if name not in here]
        if not away and self.dice.random() < 0.8:
            return None
        agent = self.agent(self.dice.choice(away or NAMES))
        return facts.SignIn(agent, self.dice.choice(("", "", "", "", "lunch", "nonsense")))

    def sign_out(self, seen: Reference) -> Request:
        return facts.SignOut(self.dice.choice(NAMES))

    def take_break(self, seen: Reference) -> Request:
        reason = self.dice.choice(("lunch", "coffee", "nonsense", ""))
        return facts.TakeBreak(self.dice.choice(NAMES), reason, after_call=self.dice.random() < 0.5)

    def resume(self, seen: Reference) -> Request:
        away = [one.agent.agent_id for one in seen.people if one.status != "ready" or one.state == "resting"]
        return facts.Resume(self.dice.choice(away if away and self.dice.random() < 0.8 else NAMES))

    def extend(self, seen: Reference) -> Request:
        wrapping = [one.agent.agent_id for one in seen.people if one.state == "wrapping"]
        return facts.ExtendWrapUp(self.dice.choice(wrapping or NAMES), self.dice.choice((0.0, 5.0, 30.0, 4000.0)))
