"""One scenario, run once in one language on virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ivr.core.calls.events import EndReason
from ivr.core.calls.verbs import Sentence, Text
from ivr.core.document.problems import Mark
from ivr.core.flow.model import Flow
from ivr.core.flow.scenario.caller import Difference, Differs, Heard, Script
from ivr.core.flow.scenario.model import EVERY_POINT, Scenario
from ivr.core.flow.state import Facts, Step
from ivr.core.flow.virtual import Lengths, VirtualCall

MOST_MOMENTS = 5000


@dataclass(frozen=True, slots=True)
class World:
    """Where scenarios are played: the flows of a folder, their time zone and their currency."""

    flows: Mapping[str, Flow]
    zone: str = "UTC"
    currency: str = "USD"
    seconds: Callable[[Sentence], float] = field(default_factory=Lengths)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scenario in a language.

    ``heard`` is by the number of the step, and so is ``silences``: how many there were up to the end of that step's.
    ``done_at`` is when each step, and what came of it, was over.
    """

    scenario: Scenario
    language: str
    call: VirtualCall
    difference: Difference | None
    heard: Mapping[int, Heard]
    done_at: Sequence[float]
    silences: Mapping[int, int]

    @property
    def passed(self) -> bool:
        """Whether the call went as the scenario says."""
        return self.difference is None

    @property
    def name(self) -> str:
        """The scenario's name, with the language where it runs in several."""
        return f"{self.scenario.name} [{self.language}]" if len(self.scenario.languages) > 1 else self.scenario.name


def play_all(scenarios: Sequence[Scenario], world: World) -> Iterator[Played]:
    """Plays every scenario once in each of its languages."""
    for scenario in scenarios:
        for language in scenario.languages:
            yield play(scenario, language, world)


def play(scenario: Scenario, language: str, world: World) -> Played:
    """Plays a scenario in a language, until the call is over or goes another way than the scenario says."""
    facts = Facts(
        call_id="call_1",
        caller=scenario.caller,
        caller_name=scenario.caller_name,
        called=scenario.called,
        at=scenario.at,
        zone=world.zone,
        language=language,
        currency=world.currency,
    )
    call = VirtualCall(
        world.flows[scenario.flow],
        facts,
        returned=scenario.returned,
        announced=announcing(scenario),
        seconds=world.seconds,
    )
    script = Script(scenario, language, call)
    difference = None
    try:
        _talk(call, script, scenario)
    except Differs as differs:
        difference = differs.difference
    return Played(scenario, language, call, difference, script.heard, script.done_at, script.silences)


def _talk(call: VirtualCall, script: Script, scenario: Scenario) -> None:
    talk = call.talk()
    act = None
    for _ in range(MOST_MOMENTS):
        try:
            moment = talk.send(act)
        except StopIteration:
            script.over()
            _sound(call, scenario)
            return
        act = script.act(moment)
    came = f"{MOST_MOMENTS:,} things have happened and the call goes on"
    raise Differs(Difference("a call that ends", came, scenario.mark))


def _sound(call: VirtualCall, scenario: Scenario) -> None:
    """A flow that failed is a difference, unless that is what was expected."""
    expected = any(
        wish.name == "ended" and wish.value == EndReason.FAILED
        for act in scenario.call
        for wish in getattr(act, "wishes", ())
    )
    if call.end is not None and call.end.reason is EndReason.FAILED and not expected:
        raise Differs(Difference("a flow that works", f"the call failed: {call.end.detail}", scenario.mark))


def announcing(scenario: Scenario) -> Callable[[str, str, str], Sequence[tuple[str, Sentence]]]:
    """What is announced in a scenario, by flow, point and language."""

    def announced(flow: str, point: str, language: str) -> Sequence[tuple[str, Sentence]]:
        known = scenario.given.announced
        words = known.get(point) or known.get(EVERY_POINT)
        return [] if words is None else [("given", Sentence(language, (Text(words.at(language)),)))]

    return announced


def place_of(step: Step, root: Flow, flows: Mapping[str, Flow]) -> Mark | None:
    """Where the action of a step stands."""
    return place_at(step.section, step.index, root, flows)


def place_at(place: str, index: int, root: Flow, flows: Mapping[str, Flow]) -> Mark | None:
    """Where an action stands, by its section as events name it."""
    flow, _, name = place.rpartition(".")
    section = (flows.get(flow, root) if flow else root).sections.get(name)
    if section is None:
        return None
    return section.actions[index].place if index < len(section.actions) else section.mark
