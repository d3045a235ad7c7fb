"""A slow router that is easy to believe: plain lists, and every call is held against every agent again and again.

It is written from what is told of the router, not from the router. At every instant at which something is due, and
after every fact, all that happens then happens first, and then comes one search: the calls in their order, each with
the free agents that fit what it needs now. An agent fits by `Need.fits`, and a call's stages are those of `course`; all
else that a router knows is here a second time, so that two have to make the same mistake for it to stay unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from ivr.core.acd import facts
from ivr.core.acd.facts import Fact, Request, Ticket, Trouble
from ivr.core.acd.needs import course
from ivr.core.acd.people import Agent
from ivr.core.acd.setup import Queue, Setup
from ivr.core.base.errors import Refused
from tests.core.acd.reference_model import Call, Person, rank

GIVEN_UP = 10.0  # seconds beyond its ringing

Line = tuple[str, ...]
"""What is said, as words: ``offer``, ``withdraw``, ``release``, ``placed``, ``left``, ``closed`` and their ids."""


@dataclass
class Reference:
    """What the router should say."""

    setup: Setup
    now: float = 0.0
    calls: list[Call] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    offers: int = 0
    said: list[Line] = field(default_factory=list)

    # Time

    def handle(self, happened: Fact | Request, at: float) -> list[Line]:
        """What is said now. What time brought before a request that is refused is said with the next answer."""
        at = max(at, self.now)
        self.pass_time(at)
        self.now = at
        self.happen(happened)
        self.search()
        self.pass_time(at)
        said, self.said = self.said, []
        return said

    @property
    def next_at(self) -> float | None:
        found = min(self.instants(), default=inf)
        return None if found == inf else found

    def instants(self) -> Iterator[float]:
        for person in self.people:
            yield person.over_at
        for call in self.calls:
            yield from (call.loosens_at, call.kept_until, call.longest_at, call.lonely_at, call.given_up_at)

    def pass_time(self, until: float) -> None:
        while (at := self.next_at) is not None and at <= until:
            self.now = max(self.now, at)
            while min(self.instants(), default=inf) <= self.now:
                self.due_now()
            self.search()

    def due_now(self) -> None:
        for person in list(self.people):
            if person.over_at <= self.now:
                self.rested_or_wrapped(person)
        for call in list(self.calls):
            self.call_time(call)
        for call in list(self.calls):
            if call.given_up_at <= self.now:
                self.said.append(("withdraw", call.offer_id))
                self.failed(call, Trouble.UNREACHABLE)

    def rested_or_wrapped(self, person: Person) -> None:
        person.over_at = inf
        if person.state == "resting":
            person.become("idle", self.now)
        elif person.served is not None and (person.code or not person.served.code_required):
            self.done(person)

    def call_time(self, call: Call) -> None:
        while call.loosens_at <= self.now:
            call.loosen(self.now)
            call.leave_out(self.people, self.now)
        if call.kept_until <= self.now:
            call.kept_for, call.kept_until = "", inf
        if call.longest_at <= self.now:
            call.longest_at, call.over = inf, "waited_too_long"
        if call.lonely_at <= self.now:
            call.lonely_at, call.over = inf, call.over or "no_agents"
        self.release_when_over(call)

    def release_when_over(self, call: Call) -> None:
        if call.over and call.rung is None and call in self.calls:
            self.leave(call, call.over)
            self.said.append(("release", call.ticket.ticket_id, call.over))

    # The search

    def search(self) -> None:
        while (found := self.first_match()) is not None:
            self.offer(*found)

    def first_match(self) -> tuple[Call, Person] | None:
        free = [person for person in self.people if person.free]
        if free:
            for call in sorted(self.calls, key=lambda one: one.place):
                fitting = [person for person in free if call.rung is None and call.need.fits(person.agent)]
                if fitting:
                    return call, min(fitting, key=lambda one: rank(one, call, self.now, self.offers + 1))
        return None

    def offer(self, call: Call, person: Person) -> None:
        self.offers += 1
        call.rung, call.offer_id = person, f"offer_{self.offers}"
        call.given_up_at = self.now + call.queue.ring + GIVEN_UP
        person.last_offer = self.offers
        person.become("offered", self.now)
        self.said.append(("offer", call.offer_id, call.ticket.ticket_id, person.agent.agent_id))

    # Facts and requests

    def happen(self, happened: Fact | Request) -> None:
        match happened:
            case facts.CallQueued():
                self.queued(happened.ticket, happened.restored)
            case facts.CallerGone():
                self.gone(self.find(ticket_id=happened.ticket_id), happened.how)
            case facts.OfferAnswered():
                self.answered(self.find(offer_id=happened.offer_id))
            case facts.OfferFailed():
                self.failed(self.find(offer_id=happened.offer_id), happened.trouble)
            case facts.TalkEnded():
                self.talk_ended(happened.ticket_id)
            case facts.TalkFailed():
                self.talk_failed(happened.ticket)
            case facts.TimePassed():
                pass
            case facts.SetupChanged():
                self.set_up(happened.setup)
            case facts.AgentChanged():
                self.agent_changed(happened.agent)
            case facts.SignIn():
                self.sign_in(happened.agent, happened.on_break)
            case facts.Pick():
                self.pick(happened)
            case facts.ChangeTicket():
                self.change(happened)
            case _:
                self.ask(self.person(happened.agent_id), happened)

    def find(self, *, ticket_id: str = "", offer_id: str = "") -> Call | None:
        for call in self.calls:
            if call.ticket.ticket_id == ticket_id or (call.rung is not None and call.offer_id == offer_id):
                return call
        return None

    def queued(self, ticket: Ticket, restored: bool) -> None:
        talking = any(one.state == "talking" and one.ticket_id == ticket.ticket_id for one in self.people)
        if talking or self.find(ticket_id=ticket.ticket_id) is not None:
            return
        queue = self.setup.queues.get(ticket.queue, Queue(name=ticket.queue))
        call = Call(ticket, queue, course(queue, ticket.needs).stages)
        if not restored:
            before = sum(one.queue.name == queue.name for one in self.calls)
            turned_away = "full" if queue.most and before >= queue.most else ""
            if not turned_away and not queue.join_empty and call.nobody_of(self.people):
                turned_away = "no_agents"
            if turned_away:
                self.said.append(("release", ticket.ticket_id, turned_away))
                return
        self.calls.append(call)
        self.said.append(("placed", ticket.ticket_id, queue.name))
        self.begin(call)

    def begin(self, call: Call) -> None:
        """All that counts from a call's coming to a queue."""
        ticket, queue = call.ticket, call.queue
        call.stages = course(queue, ticket.needs).stages
        call.ahead, call.over = 0.0, ""
        call.stage = max(
            n for n, stage in enumerate(call.stages) if ticket.entered_at + stage.begins <= self.now or not n
        )
        call.longest_at = ticket.entered_at + queue.longest if queue.longest else inf
        until = ticket.entered_at + ticket.prefer_for
        ready = any(one.agent.agent_id == ticket.prefer and one.status == "ready" for one in self.people)
        call.kept_for, call.kept_until = (ticket.prefer, until) if ready and until > self.now else ("", inf)
        call.lonely, call.lonely_at = False, inf
        call.leave_out(self.people, self.now)
        call.look_for_company(self.people, self.now)

    def gone(self, call: Call | None, how: str) -> None:
        if call is None:
            return
        self.leave(call, how)
        if call.rung is not None:
            self.said.append(("withdraw", call.offer_id))
            self.close(call, "withdrawn").become("idle", self.now)

    def leave(self, call: Call, how: str) -> None:
        self.calls.remove(call)
        self.said.append(("left", call.ticket.ticket_id, how))

    def close(self, call: Call, outcome: str) -> Person:
        """The offer is over; who was rung."""
        person = call.rung
        assert person is not None
        self.said.append(("closed", call.offer_id, outcome))
        call.rung, call.given_up_at = None, inf
        return person

    def answered(self, call: Call | None) -> None:
        if call is not None:
            person = self.close(call, "answered")
            self.leave(call, "answered")
            person.become("talking", self.now)
            person.ticket_id, person.served, person.code = call.ticket.ticket_id, call.queue, ""
            person.talks += 1
            person.wish_from = "this"

    def failed(self, call: Call | None, trouble: Trouble) -> None:
        if call is None:
            return
        person = self.close(call, trouble)
        if call.kept_for == person.agent.agent_id:
            call.kept_for, call.kept_until = "", inf
        if trouble is Trouble.NO_ANSWER and call.queue.missed_break:
            person.become("idle", self.now)
            self.choose(person, "on_break", "missed")
        else:
            rests = call.queue.rests
            rest = {Trouble.BUSY: rests.busy, Trouble.UNREACHABLE: rests.unreachable, Trouble.AWAY: 2.0}.get(
                trouble, rests.rejected
            )
            person.become("resting", self.now)
            person.over_at = self.now + rest
        self.release_when_over(call)

    def talk_ended(self, ticket_id: str) -> None:
        for person in self.people:
            if person.state == "talking" and person.ticket_id == ticket_id and person.served is not None:
                if person.served.wrap_up or (person.served.code_required and not person.code):
                    person.become("wrapping", self.now)
                    person.over_at = self.now + person.served.wrap_up
                else:
                    self.done(person)
                return

    def talk_failed(self, ticket: Ticket) -> None:
        """There was no talk: the call is in the line again, and the agent rests as after a rejected one."""
        for person in self.people:
            if person.state == "talking" and person.ticket_id == ticket.ticket_id and person.served is not None:
                queue = self.setup.queues.get(person.served.name, Queue(name=""))
                person.become("resting", self.now)
                person.over_at = self.now + queue.rests.rejected
                person.talks -= 1
                person.ticket_id, person.served, person.code = "", None, ""
                if person.wish is not None and person.wish_from == "this":
                    self.choose(person, *person.wish)
                self.queued(ticket, restored=True)
                return

    def done(self, person: Person) -> None:
        """The talk and its wrap-up are over."""
        person.become("idle", self.now)
        person.ticket_id, person.served, person.code = "", None, ""
        if person.wish is not None and person.wish_from == "this":
            self.choose(person, *person.wish)

    def set_up(self, setup: Setup) -> None:
        self.setup = setup
        for call in self.calls:
            queue = setup.queues.get(call.ticket.queue, call.queue)
            if queue != call.queue:
                call.queue = queue
                self.begin(call)

    def pick(self, wanted: facts.Pick) -> None:
        call = self.find(ticket_id=wanted.ticket_id)
        person = next((one for one in self.people if one.agent.agent_id == wanted.agent_id), None)
        if call is None or call.rung is not None or person is None or not person.free:
            raise Refused("cannot be picked")
        self.offer(call, person)

    def change(self, wanted: facts.ChangeTicket) -> None:
        call = self.find(ticket_id=wanted.ticket_id)
        if call is None or (wanted.queue is not None and wanted.queue not in self.setup.queues):
            raise Refused("cannot be changed")
        kept = {"queue": wanted.queue, "priority": wanted.priority, "lane": wanted.lane, "needs": wanted.needs}
        moved = wanted.queue is not None and wanted.queue != call.ticket.queue
        changes: dict[str, Any] = {name: value for name, value in kept.items() if value is not None}
        call.ticket = replace(call.ticket, **changes, entered_at=self.now if moved else call.ticket.entered_at)
        call.queue = self.setup.queues.get(call.ticket.queue, call.queue)
        self.begin(call)

    # Agents

    def person(self, agent_id: str) -> Person:
        for person in self.people:
            if person.agent.agent_id == agent_id:
                return person
        raise Refused("is not signed in")

    def sign_in(self, agent: Agent, on_break: str) -> None:
        self.check(on_break, self.setup.breaks)
        if any(one.agent.agent_id == agent.agent_id for one in self.people):
            raise Refused("is signed in")
        status = "on_break" if on_break else "ready"
        self.people.append(Person(agent, self.now, status, on_break, self.now))
        self.look_around()

    def agent_changed(self, agent: Agent) -> None:
        for person in self.people:
            if person.agent.agent_id == agent.agent_id:
                person.agent = agent
                self.look_around()

    def check(self, word: str, known: Iterable[str]) -> None:
        if word and known and word not in known:
            raise Refused("is unknown")

    def ask(self, person: Person, wanted: Request) -> None:
        match wanted:
            case facts.SignOut():
                self.choose(person, "signed_out", "")
            case facts.TakeBreak():
                self.check(wanted.reason, self.setup.breaks)
                if wanted.after_call and person.status == "ready":
                    person.wish = ("on_break", wanted.reason)
                    person.wish_from = "this" if person.state in ("talking", "wrapping") else "next"
                else:
                    self.choose(person, "on_break", wanted.reason)
            case facts.Resume():
                person.wish = None
                if person.status != "ready":
                    self.choose(person, "ready", "")
                elif person.state == "resting":
                    person.become("idle", self.now)
            case facts.EndWrapUp():
                self.end_wrap_up(person, wanted.code)
            case facts.ExtendWrapUp():
                if person.state != "wrapping" or not 0 < wanted.seconds <= 3600:
                    raise Refused("cannot be extended")
                person.over_at = self.now + wanted.seconds
            case _:
                raise AssertionError(wanted)

    def end_wrap_up(self, person: Person, code: str) -> None:
        self.check(code, self.setup.codes)
        if person.served is None:
            raise Refused("has no talk")
        if person.state == "wrapping" and person.served.code_required and not (code or person.code):
            raise Refused("needs a code")
        person.code = code or person.code
        if person.state == "wrapping":
            self.done(person)

    def choose(self, person: Person, status: str, reason: str) -> None:
        """A status holds at once, and behind a talk when its wrap-up is over."""
        if person.state in ("talking", "wrapping"):
            person.wish, person.wish_from = (status, reason), "this"
            return
        ringing = [call for call in self.calls if call.rung is person]
        for call in ringing:
            self.said.append(("withdraw", call.offer_id))
            self.close(call, "withdrawn")
        if person.state != "idle":
            person.become("idle", self.now)
        person.status, person.reason, person.wish = status, reason, None
        if status == "ready":
            person.idle_since = self.now
        if status == "signed_out":
            self.people.remove(person)
        self.look_around()
        for call in ringing:
            self.release_when_over(call)

    # Who is there

    def look_around(self) -> None:
        """Somebody came, left or changed: what that means for each call."""
        ready = [one.agent.agent_id for one in self.people if one.status == "ready"]
        for call in self.calls:
            if call.kept_for not in ready:
                call.kept_for, call.kept_until = "", inf
            call.leave_out(self.people, self.now)
            call.look_for_company(self.people, self.now)
