"""The world of one live scenario: its sources, its numbers, its announcements and its time, around a real call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ivr.adapters.system.clock import SystemClock
from ivr.adapters.system.ids import SystemIds
from ivr.core.base.events import Event
from ivr.core.base.ids import CallId
from ivr.core.calls.events import ActionDone, CallEnded, LegStarted, PromptPlayed, RecordingKept
from ivr.core.calls.outcomes import Dialled, DialStatus, NoInput, Outcome, Recorded
from ivr.core.calls.verbs import Sentence
from ivr.core.flow.scenario.asked import text_of
from ivr.core.flow.scenario.expected import Seen
from ivr.core.flow.scenario.given import Answers
from ivr.core.flow.scenario.model import Refusal, Rings
from ivr.core.flow.scenario.play import Played, World, announcing
from ivr.core.flow.state import Facts
from ivr.services.calls.session import Beginning, Call
from ivr.services.calls.stage import Ports
from ivr.services.journal import Journal
from ivr.services.ports import Leg, SourceFailed, Voice
from ivr.services.world import World as Services

LONGEST = 600.0  # seconds
# Which phone of the lab does what a scenario says comes of dialling; see `ivr lab status`.
PHONES = {
    DialStatus.ANSWERED: "PJSIP/1009",
    DialStatus.BUSY: "PJSIP/1006",
    DialStatus.NO_ANSWER: "PJSIP/1007",
    DialStatus.UNREACHABLE: "PJSIP/1099",
}
TALKS = "PJSIP/1001"  # answers, and talks until the caller hangs up


class Shifted:
    """The machine's clock, with another time of day."""

    def __init__(self, at: datetime) -> None:
        self._clock = SystemClock()
        self._by: timedelta = at - self._clock.now()

    def now(self) -> datetime:
        """The time of day in the scenario."""
        return self._clock.now() + self._by

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self._clock.monotonic()


class GivenSource:
    """A source outside that answers what the scenario gives."""

    def __init__(self, name: str, answers: Answers) -> None:
        self._name = name
        self._answers = answers

    async def ask(self, request: Mapping[str, Any], within: float) -> Any:
        """The value. Raises SourceFailed."""
        for value in self._answers.to(self._name, text_of(request)):
            if not isinstance(value, Refusal):
                return value
            if value.reason == "timeout":
                await asyncio.sleep(within)
            raise SourceFailed(value.reason)
        raise SourceFailed("the scenario gives no answer")


class GivenNumbers:
    """The dial-out list of a scenario: every number is the phone that does what the scenario says next."""

    def __init__(self, statuses: Sequence[DialStatus]) -> None:
        self._statuses = list(statuses)

    def address(self, number: str) -> str | None:
        """A phone of the lab; None when the number is refused."""
        if not self._statuses:
            return TALKS
        return PHONES.get(self._statuses.pop(0))


class GivenAnnouncements:
    """What the scenario announces, from its beginning to its end."""

    def __init__(self, announced: Callable[[str, str, str], Sequence[tuple[str, Sentence]]]) -> None:
        self._announced = announced

    def in_force(self, flow: str, point: str, language: str) -> Sequence[tuple[str, Sentence]]:
        """What is announced at a point of a flow."""
        return self._announced(flow, point, language)

    def on_news(self, told: Callable[[], None]) -> Callable[[], None]:
        """Nothing changes during a scenario."""
        return lambda: None


class Kept(Journal):
    """A journal that keeps what was published in it."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        """Keeps an event, and tells all readers."""
        self.events.append(event)
        super().publish(event)


@dataclass(slots=True)
class LiveCall:
    """One scenario's call on the service's side; ``call`` is there once Asterisk has brought it."""

    played: Played
    world: World
    voice: Voice
    journal: Kept = field(default_factory=Kept)
    call: Call | None = None

    async def take(self, leg: Leg) -> None:
        """Runs the call from here to its end."""
        scenario = self.played.scenario
        answers = Answers(scenario.given)
        names = {answer.source for answer in scenario.given.answers} | {"fetch", "lookup"}
        statuses = [act.status for act in scenario.call if isinstance(act, Rings) and act.status is not None]
        ports = Ports(
            self.voice,
            GivenNumbers(statuses),
            {name: GivenSource(name, answers) for name in names},
            GivenAnnouncements(announcing(scenario)),
        )
        services = Services(Shifted(scenario.at), SystemIds(), self.journal)
        flow = self.world.flows[scenario.flow]
        longest = min(flow.longest or LONGEST, LONGEST)
        self.call = Call(flow, leg, services, ports, longest)
        call_id, now = CallId(services.ids.new("call")), services.clock.now()
        facts = Facts(
            call_id=call_id,
            caller=scenario.caller,
            caller_name=scenario.caller_name,
            called=scenario.called,
            at=now,
            zone=self.world.zone,
            language=self.played.language,
            currency=self.world.currency,
        )
        section = (flow.resume or flow.start) if scenario.returned else ""
        beginning = Beginning(call_id, now, self.played.language, section, returned=scenario.returned)
        await self.call.run(beginning, facts)

    def of(self, kind: type[Event]) -> list[Any]:
        """What was published of one kind."""
        return [event for event in self.journal.events if isinstance(event, kind)]

    @property
    def silences(self) -> int:
        """How many questions have waited in vain, and how many recordings have come to an end, up to now."""
        return sum(isinstance(came, NoInput | Recorded) for came in self._told)

    @property
    def dialled(self) -> list[DialStatus]:
        """What came of each number that was dialled."""
        return [came.status for came in self._told if isinstance(came, Dialled)]

    @property
    def _told(self) -> list[Outcome]:
        return self.call.told if self.call is not None else []

    @property
    def is_same(self) -> bool:
        """Whether the real call finished the very same actions as the virtual one."""
        here = [(one.section, one.index, one.kind, one.outcome, one.to) for one in self.of(ActionDone)]
        return here == [(one.section, one.index, one.kind, one.outcome, one.to) for one in self.played.call.steps]

    def seen(self, since: int) -> Seen:
        """What is known of the call now; its sections are those since so many events."""
        state = self.call.state if self.call is not None else None
        sections = [event.section for event in self.journal.events[since:] if isinstance(event, ActionDone)]
        tags = [event.detail["tag"] for event in self.of(ActionDone) if event.detail.get("tag")]
        return Seen(
            sections=tuple(dict.fromkeys([*([state.place] if state is not None else []), *sections])),
            language=state.language if state is not None else "",
            tags=tuple(dict.fromkeys([*(state.tags if state is not None else ()), *tags])),
            variables=state.variables if state is not None else {},
            recorded=tuple(event.mailbox for event in self.of(RecordingKept)),
            dialled=tuple(dict.fromkeys(event.address for event in self.of(LegStarted))),
            ended=next((event.reason.value for event in self.of(CallEnded)), ""),
        )

    def events_before(self, ago: float) -> int:
        """How many events there were so many seconds ago."""
        if self.call is None:
            return 0
        then = self.call.world.clock.now() - timedelta(seconds=ago)
        return sum(event.at <= then for event in self.journal.events)

    def said(self, since: int) -> list[str]:
        """What the service has played since so many events."""
        return [event.text for event in self.journal.events[since:] if isinstance(event, PromptPlayed)]
