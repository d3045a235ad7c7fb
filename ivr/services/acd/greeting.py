"""What an agent hears between picking up and the caller: which queue it is, and a key to press where one is wanted.

Nothing of it may cost the caller the call: what cannot be said is left out. A key that does not come is another matter:
who picked up may be a machine.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from ivr.core.acd.facts import Trouble
from ivr.core.acd.people import Agent
from ivr.core.acd.setup import Queue
from ivr.core.calls.verbs import Sentence, Text
from ivr.core.prompts import queueing
from ivr.core.prompts.say import base_language
from ivr.services.acd.ports import NotPickedUp, Phone
from ivr.services.ports import Unplayable, Voice

log = logging.getLogger(__name__)

TAKE = "1"
KEY_WITHIN = 8.0  # seconds, each time that the key is asked for
TIMES = 2


class Greeter:
    """Speaks to agents who have picked up."""

    def __init__(self, voice: Callable[[], Voice]) -> None:
        self._voice = voice

    async def greet(self, phone: Phone, agent: Agent, queue: Queue) -> None:
        """Says what the queue has for its agents. Raises NotPickedUp when a key is wanted and does not come."""
        language = language_of(agent, queue)
        words = dict(queue.whisper).get(language, "")
        if words:
            key = await self._say(phone, Sentence(language, (Text(words),)))
            if key == TAKE and queue.accept_by_key:
                return
        if queue.accept_by_key:
            await self._ask(phone, language)

    async def _ask(self, phone: Phone, language: str) -> None:
        key = ""
        for _ in range(TIMES):
            key = await self._say(phone, queueing.asked_to_take(language)) or await phone.key(KEY_WITHIN)
            if key == TAKE:
                return
            if key:
                break  # any other key is a refusal
        await phone.hangup()
        raise NotPickedUp(Trouble.NO_ANSWER if not key else Trouble.REJECTED, "no key was pressed to take the call")

    async def _say(self, phone: Phone, sentence: Sentence) -> str:
        voice = self._voice()
        sound = voice.ready(sentence) or await voice.sound(sentence)
        if sound is None:
            log.warning("an agent is not told %r: no voice could speak it", sentence.text)
            return ""
        try:
            return await phone.play(sound, cut=True)
        except Unplayable as error:
            log.warning("an agent is not told %r: %s", sentence.text, error)
            return ""


def language_of(agent: Agent, queue: Queue) -> str:
    """The language in which an agent is told: the first of theirs that there are words in, else that of the words."""
    written = [language for language, _ in queue.whisper]
    known = [language for language in agent.languages if not written or language in written]
    if known and base_language(known[0]):
        return known[0]
    return written[0] if written else "en"
