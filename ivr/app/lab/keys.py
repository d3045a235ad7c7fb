"""What a caller does at the keys, as text: ``w3 1 w2 4567#``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivr.app.lab.root import LabError

KEYS = "0123456789*#ABCD"
LONGEST_WAIT = 3600.0
_WAIT = re.compile(r"w(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Press:
    """Press ``keys``, one after the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait until a prompt has been heard to its end."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Play the caller's sound file, and wait until it is over."""


Move = Wait | Press | Listen | Speak


def moves(script: str) -> list[Move]:
    """Reads a script: ``w2.5`` waits 2.5 seconds, ``p`` waits for the end of a prompt, ``s`` speaks, the rest are keys.

    Raises LabError with the word that is none of these.
    """
    found: list[Move] = []
    for word in script.split():
        wait = _WAIT.fullmatch(word)
        if wait and float(wait[1]) <= LONGEST_WAIT:
            found.append(Wait(float(wait[1])))
        elif word == "p":
            found.append(Listen())
        elif word == "s":
            found.append(Speak())
        elif all(key in KEYS for key in word):
            found.append(Press(word))
        else:
            raise LabError(
                f"{word!r} is neither keys nor a wait",
                hint="write w2 (wait 2 s), p (hear a prompt out), or keys: 1 42#",
            )
    return found
