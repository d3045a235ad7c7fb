"""Why an agent got a call, and why another did not, in words: read from what was kept of each offer.

Nothing is guessed. `told` says what a decision was made by and computes its winner again from that alone; `why_not`
adds what is known of an agent (`Known`) and says of what is not known that it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from ivr.core.acd import orders
from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.acd.needs import Course, Need
from ivr.core.acd.orders import Cause, Decision, Key, Order
from ivr.core.acd.people import Agent, State, Status
from ivr.core.acd.setup import Levels, Strategy
from ivr.core.base.events import Event
from ivr.core.calls.queue_events import CallOffered, OfferEnded, QueueJoined
from ivr.core.calls.trace import printable

KEY_PARTS = 4  # preferred skills, the strategy's rank, idle since, the agent's id

_CAUSES = {
    Cause.CALL: "the call came, or its needs loosened, while agents were free",
    Cause.AGENT: "the agent became free while calls waited",
    Cause.PICK: "somebody gave the call to the agent by hand",
}
_STATES = {
    State.OFFERED: "was being rung for another call",
    State.TALKING: "was talking",
    State.WRAPPING: "was wrapping up a talk",
    State.RESTING: "was resting after an offer that came to nothing",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """One offer of a call: what it was decided by (None when that was not kept), and what came of it so far."""

    event: CallOffered
    decision: Decision | None
    ended: OfferEnded | None
    own: Levels = ()

    @property
    def recomputed(self) -> tuple[str, str] | None:
        """The ticket and the agent that win by what was kept."""
        decision = self.decision
        return orders.decided(decision) if decision is not None and decision.agents and decision.calls else None

    @property
    def same(self) -> bool:
        """Whether these are those that won."""
        return self.recomputed == (self.event.ticket_id, self.event.agent_id)


class Because(StrEnum):
    """What kept an agent from a call."""

    WAS_OFFERED = "was_offered"
    BEHIND = "sorted_behind"
    PICKED = "picked"
    DOES_NOT_FIT = "does_not_fit"
    NOT_FREE = "not_free"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an agent: the record of now, the last state before the offer, the stages of the call's needs."""

    agent: Agent | None = None
    state: AgentStateChanged | None = None
    course: Course | None = None


Reason = tuple[Because, str]


def offers(events: Iterable[Event]) -> list[Offered]:
    """The offers of a call, in their order, from all that was kept of it."""
    begun: list[CallOffered] = []
    ended: dict[str, OfferEnded] = {}
    own: dict[str, Levels] = {}
    for event in events:
        match event:
            case CallOffered():
                begun.append(event)
            case OfferEnded():
                ended[event.offer_id] = event
            case QueueJoined():
                own[event.ticket_id] = tuple((skill, level) for skill, level in event.ticket.get("needs", ()))
            case _:
                pass
    return [Offered(one, _read(one), ended.get(one.offer_id), own.get(one.ticket_id, ())) for one in begun]


def _read(event: CallOffered) -> Decision | None:
    try:
        return orders.read(event.decision)
    except (KeyError, TypeError, ValueError):
        return None


# Why


def told(offered: Offered) -> list[tuple[str, str]]:
    """All about an offer: a word for each line, and the line; without a word it goes on with the one before."""
    event, decision = offered.event, offered.decision
    lines = [("at", f"{_instant(event.at)} UTC"), ("agent", printable(event.agent_id))]
    if decision is None:
        return [*lines, ("why", "what this offer was decided by was not kept"), ("result", outcome(offered))]
    lines[0] = ("at", f"{_instant(event.at)} UTC, {decision.waited:.1f} s after the call came to the queue")
    by = f", {printable(decision.by)}" if decision.by else ""
    lines += [
        ("cause", f"{_CAUSES[decision.cause]}{by}"),
        ("needs", f"{need(decision.need)} (stage {decision.stage + 1})"),
        ("order", decision.strategy.replace("_", " ")),
    ]
    lines += _listed("agents", agents(decision), decision.more_agents)
    if decision.cause is Cause.AGENT:
        lines += _listed("calls", calls(decision))
        if len(decision.calls) > 1:
            lines.append(("", first_call(decision)))
    return [*lines, ("result", outcome(offered)), ("recomputed", recomputed(offered))]


def agents(decision: Decision) -> list[str]:
    """The agents who were free and fitted, the best first, each with what it was chosen by."""
    return [f"{printable(str(key[-1]))}: {key_words(key, decision)}" for key in sorted(decision.agents)]


def calls(decision: Decision) -> list[str]:
    """The calls that the agent could have had, the first one first."""
    return [_call(order, decision) for order in sorted(decision.calls)]


def first_call(decision: Decision) -> str:
    """Why a call goes before the next one."""
    (lane, vtime, _), (next_lane, next_vtime, _) = sorted(decision.calls)[:2]
    if lane != next_lane:
        return f"first by its lane: {lane} is served before {next_lane}"
    if vtime != next_vtime:
        return f"first by its time: {next_vtime - vtime:.1f} s before the next one"
    return "the first two are alike; the ticket's id decides"


def outcome(offered: Offered) -> str:
    """What came of an offer."""
    ended = offered.ended
    if ended is None:
        return "not known: the offer is open, or its end was not kept"
    rang = max(0.0, (ended.at - offered.event.at).total_seconds())
    return f"{printable(ended.outcome).replace('_', ' ')} after {rang:.1f} s"


def recomputed(offered: Offered) -> str:
    """Whether the winner is the same when it is computed again."""
    winner = offered.recomputed
    if winner is None:
        return "not possible: what was kept names no agents or no calls"
    return "the same" if offered.same else f"{printable(winner[1])} for {printable(winner[0])}, which is not the same"


def need(wanted: Need) -> str:
    """A need in words."""
    if wanted.reserved_for:
        return f"kept for {printable(wanted.reserved_for)} alone"
    parts = [f"queue {printable(wanted.queue)}"]
    if wanted.groups:
        parts[0] += f" or a group of {', '.join(map(printable, wanted.groups))}"
    parts += [_skill(skill, level) for skill, level in wanted.require]
    if wanted.prefer:
        parts.append("better with " + ", ".join(_skill(skill, level) for skill, level in wanted.prefer))
    return "; ".join(parts)


def _skill(skill: str, level: int) -> str:
    return printable(skill) if skill.startswith("language ") else f"{printable(skill)} {level} or more"


def key_words(key: Key, decision: Decision) -> str:
    """A sort key in words."""
    return ", ".join(words for words in _key_parts(key, decision) if words)


def _key_parts(key: Key, decision: Decision) -> tuple[str, ...]:
    """What each part of a key means; empty for one that says nothing here."""
    if len(key) != KEY_PARTS:
        return (printable(str(key)),)
    preference, rank, idle_since, _ = key
    preferred = f"{-preference} of {len(decision.need.prefer)} preferred skills" if decision.need.prefer else ""
    return preferred, _rank(rank, decision.strategy), f"idle for {max(0.0, decision.at - idle_since):.1f} s"


def _rank(rank: float, strategy: str) -> str:  # noqa: PLR0911 - one for each
    match strategy:
        case Strategy.MOST_SKILLED:
            return f"levels that sum up to {-rank:g}"
        case Strategy.LEAST_OCCUPIED:
            return f"busy for {rank:.1%} of the time"
        case Strategy.FEWEST_CALLS:
            return f"{rank:g} talks"
        case Strategy.ROUND_ROBIN:
            return f"last rung with offer {rank:g}" if rank else "not rung yet"
        case Strategy.LINEAR:
            return f"place {rank:g}"
        case Strategy.RANDOM:
            return f"drew {rank:g}"
        case _:
            return ""


def _call(order: Order, decision: Decision) -> str:
    lane, vtime, ticket_id = order
    own = ", this call" if ticket_id == decision.ticket_id else ""
    return f"{printable(ticket_id)}: lane {lane}, counts as waiting since {_instant(vtime)}{own}"


def _listed(word: str, rows: Sequence[str], more: int = 0) -> list[tuple[str, str]]:
    lines = [("", f"{number}. {row}") for number, row in enumerate(rows, 1)]
    if more:
        lines.append(("", f"and {more} more who were free and fitted"))
    return [(word, lines[0][1]), *lines[1:]] if lines else []


# Why not


def why_not(offered: Offered, agent_id: str, known: Known) -> list[Reason]:
    """What kept an agent from an offer: everything that is known to have done so."""
    decision, who = offered.decision, printable(agent_id)
    if offered.event.agent_id == agent_id:
        return [(Because.WAS_OFFERED, f"{who} was offered it: {outcome(offered)}")]
    if decision is None:
        return [(Because.UNKNOWN, "what this offer was decided by was not kept")]
    if decision.cause is Cause.PICK:
        by = f" by {printable(decision.by)}" if decision.by else ""
        winner = printable(decision.agent_id)
        return [(Because.PICKED, f"the call was given to {winner} by hand{by}; nobody else was looked at")]
    own = next((key for key in decision.agents if key[-1] == agent_id), None)
    if own is not None:
        return [(Because.BEHIND, _behind(own, decision))]
    reasons = [*_does_not_fit(decision, who, known), *_not_free(decision, who, known)]
    if not any(because is not Because.UNKNOWN for because, _ in reasons):
        reasons += _left_open(decision, who, known)
    return reasons


def _behind(own: Key, decision: Decision) -> str:
    best = min(decision.agents)
    place = sorted(decision.agents).index(own) + 1
    winner, who = printable(str(best[-1])), printable(str(own[-1]))
    pairs = zip(_key_parts(best, decision), _key_parts(own, decision), best, own, strict=False)
    deciding = next(((first, second) for first, second, a, b in pairs if a != b), ("", ""))
    text = (
        f"{who} was free and fitted, at place {place}: {key_words(own, decision)}; "
        f"{winner} came first: {key_words(best, decision)}"
    )
    return f"{text}. What decided: {deciding[0]} against {deciding[1]}" if all(deciding) else text


def _does_not_fit(decision: Decision, who: str, known: Known) -> list[Reason]:
    if decision.need.reserved_for:
        return [(Because.DOES_NOT_FIT, f"the call was kept for {printable(decision.need.reserved_for)} then")]
    if known.agent is None:
        return [(Because.UNKNOWN, f"what {who} can do is not known: there is no record of them")]
    missing = decision.need.missing(known.agent)
    if missing is None:
        return []
    text = f"{who} does not fit, by the record of now: {printable(str(missing))}"
    return [(Because.DOES_NOT_FIT, f"{text}; {_later(decision, known.agent, known.course)}")]


def _later(decision: Decision, agent: Agent, course: Course | None) -> str:
    """At which later stage of the call's needs an agent would have fitted."""
    if course is None:
        return "how the needs loosen later is not known"
    stages = course.stages
    if decision.stage >= len(stages) or stages[decision.stage].need != decision.need:
        return "the steps of the queue are others by now, so that later stages are not known"
    for number, stage in enumerate(stages[decision.stage + 1 :], decision.stage + 2):
        if stage.need.fits(agent):
            return (
                f"they would fit from stage {number} on, {stage.begins:g} s after the call came to the queue "
                f"(this offer was made after {decision.waited:.1f} s)"
            )
    return "they would not fit at any later stage either"


def _not_free(decision: Decision, who: str, known: Known) -> list[Reason]:
    state = known.state
    if state is None:
        return [(Because.UNKNOWN, f"what {who} did then is not known")]
    since = f"since {_instant(state.at)}"
    if state.status == Status.SIGNED_OUT:
        return [(Because.NOT_FREE, f"{who} was signed out, {since}")]
    if state.status == Status.ON_BREAK:
        reason = f" ({printable(state.reason)})" if state.reason else ""
        return [(Because.NOT_FREE, f"{who} was on a break{reason}, {since}")]
    doing = next((words for one, words in _STATES.items() if one == state.state), "")
    return [(Because.NOT_FREE, f"{who} {doing}, {since}")] if doing else []


def _left_open(decision: Decision, who: str, known: Known) -> list[Reason]:
    """Nothing that is known kept the agent from the call."""
    if decision.more_agents:
        more = decision.more_agents
        return [(Because.UNKNOWN, f"{who} may be one of the {more} who fitted too and were not written down")]
    if known.agent is not None and known.state is not None:
        text = f"{who} was free and fits by the record of now; the record may have been another one then"
        return [(Because.UNKNOWN, text)]
    return []


def _instant(at: datetime | float) -> str:
    """A time of day with tenths."""
    try:
        moment = at.astimezone(UTC) if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):  # a priority that is worth thousands of years
        return f"{at} s"
    return f"{moment:%H:%M:%S}.{moment.microsecond // 100_000}"
