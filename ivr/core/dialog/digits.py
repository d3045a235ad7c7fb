"""Key presses become one answer.

Theory of operation. Two timers, never shared (VoiceXML 2.0, appendix D, timing properties): *first* runs from the end
of the prompt until a key comes, *between* from each key to the next. Both are kept as one absolute deadline.
Nothing runs out while the prompt plays: a caller who typed ahead into a notice that cannot be cut may finish typing
after it::

    prompt plays --prompt_ended--> waiting --first runs out--> NoInput
         |                            |
        key                          key
         v                            v
       typing ----prompt_ended----> typing --between runs out--> Digits(pause)
         |                            |
         +----- complete key ---------+----> Digits(choice | length | end_key | always)

Once there is an answer it stays: whatever is told later changes nothing, so that a late timer and a late key cannot
make two answers of one question.
"""

from __future__ import annotations

from ivr.core.calls.outcomes import Digits, NoInput
from ivr.core.calls.verbs import Keys

KEYPAD = frozenset("0123456789*#ABCD")


class Collector:
    """Takes the keys of one question; times are seconds on any clock that does not go back, given by whoever calls.

    A key of ``always`` is an answer by itself when it is pressed first, even when a choice begins with it: a flow
    that wants such a key inside its question leaves it out of ``always``. With ``choices``, the longest of them bounds
    the answer, else ``most``. ``least`` is for the machine to judge: a shorter answer is still an answer.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._pressed = ""
        self._last_key_at = 0.0
        self._asked = False
        self._deadline: float | None = None
        self._answer: Digits | NoInput | None = None

    @property
    def pressed(self) -> str:
        """The keys of the answer so far."""
        return self._pressed

    @property
    def deadline(self) -> float | None:
        """When `expire` is due; None while the prompt plays and once there is an answer."""
        return self._deadline

    def prompt_ended(self, at: float) -> Digits | NoInput | None:
        """The prompt is over or was cut: timers run from here. Only the first call counts."""
        if not self._asked and self._answer is None:
            self._asked = True
            self._wait(max(at, self._last_key_at))
        return self._answer

    def key(self, key: str, at: float) -> Digits | NoInput | None:
        """A key was pressed: the answer when it is complete.

        What no telephone has is ignored. A key that comes after the deadline but before `expire` counts: that the
        service was late is not the caller's fault.
        """
        if self._answer is not None or key not in KEYPAD:
            return self._answer
        if not self._pressed and key in self._keys.always:
            return self._finish(key, "always")
        if key in self._keys.end and not self._starts_choice(self._pressed + key):
            return self._finish(self._pressed, "end_key")
        self._pressed += key
        self._last_key_at = max(at, self._last_key_at)
        ended = self._complete()
        if ended:
            return self._finish(self._pressed, ended)
        if self._asked:
            self._wait(self._last_key_at)
        return None

    def expire(self, at: float) -> Digits | NoInput | None:
        """Time has passed: the answer when the deadline has come, else nothing."""
        if self._deadline is not None and at >= self._deadline:
            if self._pressed:
                return self._finish(self._pressed, "pause")
            self._deadline, self._answer = None, NoInput()
        return self._answer

    def _wait(self, since: float) -> None:
        self._deadline = since + (self._keys.between if self._pressed else self._keys.first)

    def _starts_choice(self, pressed: str) -> bool:
        return any(choice.startswith(pressed) for choice in self._keys.choices)

    def _complete(self) -> str:
        """Why the keys so far are a whole answer, or nothing."""
        if self._keys.choices:
            longer = any(len(choice) > len(self._pressed) for choice in self._matching())
            return "" if longer else "choice"  # it is one, or none can come of it: the machine says no match
        return "length" if len(self._pressed) >= self._keys.most else ""

    def _matching(self) -> list[str]:
        return [choice for choice in self._keys.choices if choice.startswith(self._pressed)]

    def _finish(self, keys: str, ended: str) -> Digits:
        answer = Digits(keys, ended)
        self._deadline, self._answer = None, answer
        return answer
