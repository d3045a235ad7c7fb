"""Who is in the phone bank: agents, supervisors, and the world behind the trunk, each with a behaviour of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Behaviour(StrEnum):
    """What a phone does when it is called."""

    ANSWERS = "answers"  # rings for a second, answers, and its tone is heard until somebody hangs up
    ANSWERS_LATE = "answers late"  # the same after five seconds
    LEAVES = "leaves"  # answers after a second and hangs up three seconds later
    BUSY = "busy"
    NEVER = "never answers"
    REJECTS = "rejects"


@dataclass(frozen=True, slots=True)
class Party:
    """A phone of the bank: ``tone`` (hertz) is what it says, so that it is known by its sound."""

    number: str
    role: str
    behaviour: Behaviour
    tone: int


# Tones keep 20 Hz from each other, from the music and from the keys' tones.
PARTIES = (
    Party("1001", "agent", Behaviour.ANSWERS, 440),
    Party("1002", "agent", Behaviour.ANSWERS, 465),
    Party("1003", "agent", Behaviour.ANSWERS, 520),
    Party("1004", "agent", Behaviour.ANSWERS, 560),
    Party("1005", "agent", Behaviour.ANSWERS, 600),
    Party("1006", "agent", Behaviour.BUSY, 640),
    Party("1007", "agent", Behaviour.NEVER, 660),
    Party("1008", "agent", Behaviour.REJECTS, 730),
    Party("1009", "agent", Behaviour.LEAVES, 800),
    Party("1010", "agent", Behaviour.ANSWERS_LATE, 1000),
    Party("1101", "supervisor", Behaviour.ANSWERS, 1100),
    Party("1102", "supervisor", Behaviour.ANSWERS, 1150),
)

TRUNK_TONE = 1250
"""What a number behind the trunk says (hertz)."""

TRUNK = {"9": Behaviour.BUSY, "8": Behaviour.NEVER}
"""Behaviour of a number behind the trunk by its last digit; every other answers."""

PERSON = "2001"
"""The number of "a person" in the sample flow; the first agent answers it."""

SOFTPHONE = "phone"
"""The account for a real SIP phone."""


def party(number: str) -> Party:
    """The party with a number. Raises KeyError."""
    return next(party for party in PARTIES if party.number == number)
