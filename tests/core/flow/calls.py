"""A call that a test leads: outcomes in, what the caller hears and where the call is out."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.core.acd.reading import read_queues
from ivr.core.calls.outcomes import Digits, NoInput, Outcome, Said
from ivr.core.calls.verbs import Ask, Dial, Record, Say, Verb
from ivr.core.document.problems import Problem, Problems
from ivr.core.flow import machine
from ivr.core.flow.bundle import is_flow
from ivr.core.flow.kinds import KINDS
from ivr.core.flow.load import load
from ivr.core.flow.machine import End, Facts, Step, Turn
from ivr.core.flow.model import Flow
from ivr.core.flow.signature import signature_of
from ivr.core.flow.surroundings import Surroundings
from ivr.core.hours.reading import read_hours

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday
FACTS = Facts("call_1", "+15551230001", "Ada", "100", AT)
END = """
  goodbye:
    - hangup
"""


HOURS = """\
support:
  zone: Europe/Berlin
  open: {mon-fri: 08:00-18:00, sat: 09:00-12:00}
  special:
    2026-12-24: {open: 08:00-12:00, name: Christmas Eve}
    12-25: {name: Christmas Day}
sales:
  open: {mon-fri: 09:00-17:00}
"""


BESIDE = {name: text for kind in KINDS.values() for name, text in kind.beside.items()}


def around() -> Surroundings:
    """What stands beside the page of a test: opening hours, queues, and the flows that examples enter."""
    flows = {name: text for name, text in BESIDE.items() if is_flow(name)}
    signatures = {name.removesuffix(".yaml"): signature_of(text, name) for name, text in flows.items()}
    hours = read_hours(HOURS, "flows/hours.yaml", Problems(), {})
    setup = read_queues(BESIDE["queues.yaml"], "flows/queues.yaml", Problems(), hours)
    surroundings = Surroundings(hours=hours, signatures=signatures, setup=setup)
    for name, text in flows.items():
        assert load(text, name, surroundings=surroundings)[0] is not None
    return surroundings


def found(text: str, file: str = "flows/main.yaml") -> list[Problem]:
    """The findings of a page."""
    return load(text, file, surroundings=around())[1].all


def codes(text: str) -> list[str]:
    """The codes of a page's findings."""
    return [problem.code for problem in found(text)]


def flow(text: str) -> Flow:
    """The flow of a page that has no errors."""
    loaded, problems = load(text, "flows/main.yaml", surroundings=around())
    assert loaded is not None, [(p.mark.line, p.mark.column, p.code, p.message) for p in problems]
    return loaded


class Call:
    """A call through a flow."""

    def __init__(self, text: str, facts: Facts = FACTS, *, section: str | None = None, returned: bool = False) -> None:
        self.flow = flow(text)
        self.trail: list[Step] = []
        self.turn = self._noted(machine.start(self.flow, facts, section=section, returned=returned))

    def then(self, *outcomes: Outcome, at: datetime = AT) -> Call:
        """Goes on with outcomes, one after the other."""
        for outcome in outcomes:
            self.turn = self._noted(machine.resume(self.flow, self.turn.state, outcome, at))
        return self

    def press(self, keys: str, ended: str = "choice") -> Call:
        """The caller answers with keys."""
        return self.then(Digits(keys, ended))

    def silence(self) -> Call:
        """The caller does not answer."""
        return self.then(NoInput())

    def listens(self) -> Call:
        """The caller hears the sentence to its end."""
        return self.then(Said())

    def fails(self) -> Call:
        """The action has a bug."""
        self.turn = self._noted(machine.fail(self.flow, self.turn.state, AT))
        return self

    @property
    def verb(self) -> Verb | End:
        """What is to be done now."""
        return self.turn.verb

    @property
    def hears(self) -> str:
        """The sentence that the caller hears now."""
        assert isinstance(self.verb, Say | Ask | Record), self.verb
        assert self.verb.sentence is not None
        return self.verb.sentence.text

    @property
    def asks(self) -> Ask:
        """The question that the caller hears now."""
        assert isinstance(self.verb, Ask), self.verb
        return self.verb

    @property
    def dials(self) -> Dial:
        """Who is rung now."""
        assert isinstance(self.verb, Dial), self.verb
        return self.verb

    @property
    def end(self) -> End:
        """How the call ended."""
        assert isinstance(self.verb, End), self.verb
        return self.verb

    @property
    def section(self) -> str:
        """Where the call is."""
        return self.turn.state.section

    @property
    def outcomes(self) -> list[str]:
        """Every action that was finished, as ``kind outcome``."""
        return [f"{step.kind} {step.outcome}" for step in self.trail]

    def value(self, name: str) -> object:
        """What a variable holds."""
        return self.turn.state.variables.get(name)

    def _noted(self, turn: Turn) -> Turn:
        self.trail += turn.trail
        return turn
