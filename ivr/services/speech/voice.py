"""The voice of a call: a sentence becomes one sound file, from what is kept, recorded or spoken by an engine.

Theory of operation. A sentence is pieces; every piece has a sound of its own on the shelf, and the sentence is a
sound joined of them, so that one play command is enough and a key cuts it at once. A key on the shelf is a digest of
all that decides the sound (engine, voice, rate, text, a recording's content), so nothing that changed is ever
played from an old file, and nothing is made twice.

* A piece is asked of the engines in the configured order. A value (`Spoken`) that has no recording as a whole is
  taken from the recordings of its words; else the engine speaks it as one phrase, within `PHRASE` seconds; else it
  is put together from words that were made ahead.
* A `Recording` is a file by its name: it is taken from the engines that have such, and no engine speaks it.
* `ready` is a look-up in memory; `sound` ends within the deadline whatever an engine does; requests for one piece
  wait for the one that came first.
* Secret values leave no trace: their sound is made of the sounds of words, under a name that cannot be guessed, is
  not remembered; it is taken away when it was played (`forget`), and by the shelf when nobody came to that.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import blake2b
from weakref import WeakValueDictionary

from ivr.core.base.secret import MASK
from ivr.core.calls.verbs import Piece, Recording, Sentence, Spoken, Text
from ivr.services.ports import Sound
from ivr.services.speech.engine import CannotSpeak, Health, SpeechFailed
from ivr.services.speech.guard import Guarded
from ivr.services.speech.shelf import ONCE, Kept, Shelf, ShelfFailed
from ivr.services.speech.wording import pause_between, piece_text, word_text

log = logging.getLogger(__name__)

DEADLINE = 4.0
PHRASE = 1.5
AHEAD = 20.0
LONGEST_WAIT_AHEAD = 60.0
UPKEEP = 300.0
REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Source:
    """Which engine gives a text's sound, and whether it is on the shelf already: then how many seconds it lasts."""

    engine: str
    made: bool
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Making:
    """How a sound is made: in ``within`` seconds an engine must speak; with 0 only what is on the shelf is taken."""

    language: str
    within: float
    ahead: bool = False  # before any call: what it is made of is remembered
    anew: bool = False  # what is remembered is not trusted
    quiet: bool = False  # it is of a secret: the log does not say what an engine said of it


class PromptVoice:
    """The `Voice` port: ``engines`` in the order in which they are asked, ``shelf`` where the sounds are kept."""

    def __init__(self, engines: Sequence[Guarded], shelf: Shelf, *, deadline: float = DEADLINE) -> None:
        self._engines = engines
        self._shelf = shelf
        self._deadline = deadline
        self._ahead: dict[Sentence, Kept] = {}
        self._recent: OrderedDict[Sentence, Kept] = OrderedDict()
        self._missing: set[Sentence] = set()
        self._pieces: dict[tuple[str, str, str], Kept] = {}  # made ahead, by engine, language and text
        self._used: set[str] = set()
        self._locks: WeakValueDictionary[tuple[str, str] | Sentence, asyncio.Lock] = WeakValueDictionary()

    def ready(self, sentence: Sentence) -> Sound | None:
        """The sentence's sound when it is there already."""
        kept = self._known(sentence)
        return None if kept is None else kept.sound

    async def sound(self, sentence: Sentence) -> Sound | None:
        """The sentence's sound, made now if need be within the deadline; None when nothing can speak it."""
        known = self.ready(sentence)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(self._deadline):
                kept = await self._make_now(sentence)
        except TimeoutError:
            log.warning("a sentence in %s was not spoken within %g s", sentence.language, self._deadline)
            return None
        except ShelfFailed as error:
            log.error("a sentence in %s has no sound: %s", sentence.language, error)
            return None
        if kept is None:
            log.warning("nothing can speak a sentence in %s of %d pieces", sentence.language, len(sentence.pieces))
            return None
        return kept.sound

    async def prepare(self, sentences: Iterable[Sentence], progress: Callable[[int, int], None]) -> int:
        """Makes the sounds of all sentences ahead, one after the other; the number that could not be made.

        An engine that rests after failures is waited for, a minute in all, so that trouble at start costs one
        sentence and not all.
        """
        wanted = list(dict.fromkeys(sentences))
        patience = LONGEST_WAIT_AHEAD
        failed = 0
        for done, sentence in enumerate(wanted, 1):
            kept = await self._make_ahead(sentence)
            rest = max((engine.rest for engine in self._engines), default=0.0)
            if kept is None and 0 < rest <= patience:
                patience -= rest
                await asyncio.sleep(rest)
                kept = await self._make_ahead(sentence)
            failed += kept is None
            progress(done, len(wanted))
        return failed

    async def forget(self, sound: Sound) -> None:
        """Takes away a sound that was made for one use."""
        await self._forget(sound.name.rpartition("/")[2])

    async def _forget(self, key: str) -> None:
        if key.startswith(ONCE):
            with suppress(ShelfFailed):  # what cannot be taken away now is tidied up later
                await self._shelf.forget(key)

    def give_up(self, sentences: Iterable[Sentence]) -> None:
        """Tries no longer to make the sounds of sentences that could not be made ahead."""
        self._missing.difference_update(sentences)

    async def keep(self, every: float = UPKEEP) -> None:
        """Looks after the shelf until cancelled: call it once, beside the service."""
        while True:
            await asyncio.sleep(every)
            await self.tidy()

    async def tidy(self) -> None:
        """Takes old sounds off the shelf, and makes again what should be there and is not."""
        used, self._used = self._used, set()
        # What was not asked for lately may be taken off the shelf: it is forgotten before and not after.
        self._recent = OrderedDict((asked, kept) for asked, kept in self._recent.items() if kept.key in used)
        wanted = used | {kept.key for kept in (*self._pieces.values(), *self._ahead.values())}
        try:
            gone = await self._shelf.tidy(wanted)
        except ShelfFailed as error:
            log.warning("the shelf of prompts could not be tidied: %s", error)
            return
        self._recent = OrderedDict((asked, kept) for asked, kept in self._recent.items() if kept.key not in gone)
        self._pieces = {asked: kept for asked, kept in self._pieces.items() if kept.key not in gone}
        again = [sentence for sentence, kept in self._ahead.items() if kept.key in gone]
        for sentence in again:
            del self._ahead[sentence]  # there is nothing to play for it until it is made again
        for sentence in [*again, *self._missing]:
            await self._make_ahead(sentence)

    async def source(self, text: str, language: str, *, named: bool = False) -> Source | None:
        """Where the sound of a text, or of a recording's name, comes from, by the order and without making it.

        None when nothing can speak it.
        """
        for engine in self._engines:
            with suppress(CannotSpeak):
                identify = engine.recording_identity if named else engine.identity
                identity = await identify(text, language)
                if identity is not None:
                    made = await self._shelf.find(_digest(identity, language, text))
                    lasts = None if made is None else made.sound.seconds
                    return Source(engine.capabilities.name, made is not None, lasts)
        return None

    @property
    def unspoken(self) -> list[Sentence]:
        """The sentences that should have been made ahead and could not be; they are tried again."""
        return list(self._missing)

    def health(self) -> list[Health]:
        """How each engine is, in the order in which they are asked."""
        return [engine.health() for engine in self._engines]

    async def aclose(self) -> None:
        """Ends all engines."""
        for engine in self._engines:
            await engine.aclose()

    def _known(self, sentence: Sentence) -> Kept | None:
        kept = self._ahead.get(sentence) or self._recent.get(sentence)
        if kept is not None:
            self._used.add(kept.key)
        return kept

    async def _make_now(self, sentence: Sentence) -> Kept | None:
        """Makes a sentence's sound for a call that waits; calls that want the same meanwhile wait for this one."""
        if _private(sentence):
            return await self._make_for_call(sentence)
        lock = self._locks.setdefault(sentence, asyncio.Lock())
        async with lock:
            kept = self._known(sentence)
            if kept is None:
                kept = await self._make_for_call(sentence)
                if kept is not None:
                    self._remember(sentence, kept)
            return kept

    async def _make_for_call(self, sentence: Sentence) -> Kept | None:
        making = _Making(sentence.language, min(PHRASE, self._deadline * 0.4))
        try:
            return await self._make(sentence, making)
        except ShelfFailed:  # perhaps somebody deleted a sound that was made ahead
            return await self._make(sentence, replace(making, anew=True))

    async def _make_ahead(self, sentence: Sentence) -> Kept | None:
        try:
            kept = await self._make(sentence, _Making(sentence.language, AHEAD, ahead=True))
        except ShelfFailed as error:
            log.warning("a sentence in %s could not be made ahead: %s", sentence.language, error)
            kept = None
        if kept is None:
            self._missing.add(sentence)
            self._ahead.pop(sentence, None)
        elif not kept.key.startswith(ONCE):
            self._missing.discard(sentence)
            self._ahead[sentence] = kept
        return kept

    def _remember(self, sentence: Sentence, kept: Kept) -> None:
        if kept.key.startswith(ONCE):
            return
        self._used.add(kept.key)
        self._recent[sentence] = kept
        while len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)

    async def _make(self, sentence: Sentence, making: _Making) -> Kept | None:
        """The sentence's sound; None when a piece cannot be spoken."""
        parts: list[str | float] = []
        before = ""
        alone: Kept | None = None
        for piece in sentence.pieces:
            spoken = await (
                self._recording(piece, making) if isinstance(piece, Recording) else self._piece(piece, making)
            )
            if spoken is None:
                return None
            if spoken and parts:
                parts.append(pause_between(before, piece.text))
            for number, kept in enumerate(spoken):
                parts += [_rest(piece, number), kept.key] if number else [kept.key]
            before = piece.text if spoken else before + piece.text
            alone = spoken[0] if spoken else alone
        private = _private(sentence)
        if len(parts) == 1 and alone is not None and not private:
            return alone
        whole = await self._join(parts or [0.1], private)
        for part in parts:
            if isinstance(part, str):
                await self._forget(part)
        return whole

    async def _join(self, parts: list[str | float], private: bool) -> Kept:
        key = ONCE + secrets.token_hex(16) if private else _digest("joined", *map(str, parts))
        kept = None if private else await self._shelf.find(key)
        return kept or await self._shelf.join(key, parts)

    async def _piece(self, piece: Piece, making: _Making) -> list[Kept] | None:
        """The sounds that are played one after the other for a piece; None when nothing can speak it."""
        text = piece_text(piece)
        if not text:
            return []
        if isinstance(piece, Text) and not (making.ahead or making.anew):
            known = self._ahead.get(Sentence(making.language, (piece,)))
            if known is not None:
                return [known]
        words = _words(piece)
        if _secret(piece):
            making = replace(making, quiet=True)
            if words:
                return await self._from_words(words, making)
        lock = self._locks.setdefault((making.language, text), asyncio.Lock())
        async with lock:
            for engine in self._engines:
                kept = await self._spoken_by(engine, text, making, private=_secret(piece))
                if kept is not None:
                    return [kept]
                if words and not engine.capabilities.any_text:
                    found = await self._all_by(engine, words, making)
                    if found:
                        return found
            return await self._from_words(words, replace(making, within=0.0)) if words else None

    async def _recording(self, piece: Recording, making: _Making) -> list[Kept] | None:
        """A recorded sound, from the first engine that has it."""
        lock = self._locks.setdefault((making.language, piece.text), asyncio.Lock())
        async with lock:
            for engine in self._engines:
                kept = await self._spoken_by(engine, piece.name, making, named=True)
                if kept is not None:
                    return [kept]
        return None

    async def _all_by(self, engine: Guarded, words: Sequence[str], making: _Making) -> list[Kept] | None:
        """A value from its words, when one engine has all of them."""
        found: list[Kept] = []
        for word in words:
            kept = await self._spoken_by(engine, word, making)
            if kept is None:
                return None
            found.append(kept)
        return found

    async def _from_words(self, words: Sequence[str], making: _Making) -> list[Kept] | None:
        """A value from its words, each from whatever has it."""
        found: list[Kept] = []
        for word in words:
            for engine in self._engines:
                kept = await self._spoken_by(engine, word, making)
                if kept is not None:
                    found.append(kept)
                    break
            else:
                return None
        return found

    async def _spoken_by(
        self, engine: Guarded, text: str, making: _Making, *, private: bool = False, named: bool = False
    ) -> Kept | None:
        """What one engine has on the shelf for a text (or a recording's name) or speaks now; None for nothing."""
        asked = (engine.capabilities.name, making.language, f"\0{text}" if named else text)
        identify, speak = (engine.recording_identity, engine.recording) if named else (engine.identity, engine.speak)
        if asked in self._pieces and not (private or making.ahead or making.anew):
            return self._pieces[asked]
        try:
            identity = await identify(text, making.language)
            if identity is None:
                return None
            key = ONCE + secrets.token_hex(16) if private else _digest(identity, making.language, text)
            kept = await self._shelf.find(key)
            if kept is None and (making.within or not engine.capabilities.any_text):
                kept = await self._shelf.keep(key, await speak(text, making.language, making.within or PHRASE))
        except (SpeechFailed, CannotSpeak) as error:
            why = type(error).__name__ if making.quiet else error
            log.info("%s did not speak a text in %s: %s", engine.capabilities.name, making.language, why)
            return None
        if making.ahead and kept is not None and not private:
            self._pieces[asked] = kept
        return kept


def word_sentences(language: str, words: Iterable[str]) -> list[Sentence]:
    """A language's words as sentences for `PromptVoice.prepare`, so that values can be put together from them."""
    return [Sentence(language, (Text(word),)) for word in dict.fromkeys(map(word_text, words)) if word]


def _words(piece: Piece) -> tuple[str, ...]:
    """The words of a value that can be put together from words, as their sounds are named; empty for all else."""
    if not isinstance(piece, Spoken) or not piece.fixed:
        return ()
    return tuple(word_text(word) for word in piece.words if word_text(word))


def _rest(piece: Piece, number: int) -> float:
    """Seconds of silence before a word (from 0) of a value that is put together from words."""
    spoken = [word for word in piece.words if word_text(word)] if isinstance(piece, Spoken) else []
    return pause_between(spoken[number - 1] if spoken else "", "")


def _private(sentence: Sentence) -> bool:
    return any(_secret(piece) for piece in sentence.pieces)


def _secret(piece: Piece) -> bool:
    return isinstance(piece, Spoken) and MASK in piece.text


def _digest(*parts: str) -> str:
    """A key for the shelf; the parts' lengths are part of it, so that no two lists of parts look alike."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(text.encode(), digest_size=16).hexdigest()
