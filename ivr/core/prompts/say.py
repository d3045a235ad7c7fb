"""Reads a value aloud: the one door from values to the words that callers hear.

``speak(Decimal("12.5"), "money", "en")`` gives the text ``$12.50`` for the transcript and the words ``twelve dollars
fifty`` for the voice.

===========  ========================================  ===============================  =================
way          takes                                     English                          Chinese
===========  ========================================  ===============================  =================
``as_is``    text as it stands; others by their type   (free text)                      (free text)
``digits``   keys ``0-9 * #``                          four two                         四 二
``number``   a quantity                                one thousand five                一千零五
``ordinal``  a whole number                            twenty first                     第二十一
``money``    an amount, rounded half up                twelve dollars fifty             十二元五角
``date``     ISO text, a date or an instant            May third, twenty twenty six     二零二六年五月三日
``time``     ``9:30``, a time or an instant            nine thirty a.m.                 上午九点半
``duration`` seconds, ``1m30s`` or a timedelta         one minute thirty seconds        一分三十秒
``phone``    a phone number                            in groups, a rest after each     the same, 幺 for 1
``spelled``  letters, digits, ``+ - . @ _ / * #``      A, B, one                        A，B，幺
===========  ========================================  ===============================  =================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from ivr.core.base.secret import MASK, Secret
from ivr.core.calls.verbs import Spoken
from ivr.core.prompts import chinese, english, values
from ivr.core.prompts.language import Language
from ivr.core.prompts.values import Unreadable

_SPEAKERS: dict[str, Language] = {"en": english, "zh": chinese}
_Reading = Callable[[Language, object, str, tzinfo | None], Spoken]

LANGUAGES = frozenset(_SPEAKERS)
CURRENCIES = frozenset(values.PLACES)


class Unspeakable(ValueError):
    """A value cannot be read aloud in the way asked for; the text is a sentence that says why, without a secret."""


def base_language(tag: str) -> str | None:
    """The language of `LANGUAGES` that a tag such as ``en-US`` or ``zh_CN`` means, or None."""
    base = tag.replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else None


def speak(value: object, way: str, language: str, *, currency: str = "USD", zone: tzinfo | None = None) -> Spoken:
    """The words for a value, and its text for a transcript; instants with a time zone are told in ``zone``.

    Raises Unspeakable for a value, way, language or currency that cannot be used. A Secret is read aloud like what
    it hides, and its text is the mask.
    """
    plain = value.reveal() if isinstance(value, Secret) else value
    base = base_language(language)
    if base is None:
        raise Unspeakable(f"values cannot be read aloud in {language[:20]!r} (only in {', '.join(sorted(LANGUAGES))}).")
    if way not in _WAYS:
        raise Unspeakable(f"{way[:20]!r} is not a way to read a value aloud (ways are {', '.join(WAYS)}).")
    try:
        spoken = _WAYS[way](_SPEAKERS[base], plain, currency, zone)
    except Unreadable as error:
        shown = MASK if isinstance(value, Secret) else _shown(plain)
        raise Unspeakable(f"{shown} cannot be read aloud as {way}: {error}.") from None
    return replace(spoken, text=MASK) if isinstance(value, Secret) else spoken


def vocabulary(language: str) -> frozenset[str]:
    """Every word that a fixed reading in the language can consist of. Raises Unspeakable for an unknown language."""
    base = base_language(language)
    if base is None:
        raise Unspeakable(f"there are no words for {language[:20]!r} (only for {', '.join(sorted(LANGUAGES))}).")
    return _SPEAKERS[base].vocabulary


def _as_is(speaker: Language, value: object, currency: str, zone: tzinfo | None) -> Spoken:
    match value:
        case str():
            text = values.free(value)
            return Spoken(text, (text,) if text else (), fixed=not text)
        case bool():
            return speaker.yes_no(value)
        case datetime():
            day, moment = speaker.date(values.day(value, zone)), speaker.time(values.moment(value, zone))
            return Spoken(f"{day.text} {moment.text}", day.words + moment.words)
        case None:
            raise Unreadable("there is no value")
        case _:
            pass
    for kinds, way in _WAY_OF_TYPE:
        if isinstance(value, kinds):
            return _WAYS[way](speaker, value, currency, zone)
    raise Unreadable("it is neither text, a number nor a time")


_WAY_OF_TYPE: tuple[tuple[tuple[type, ...], str], ...] = (
    ((int, float, Decimal), "number"),
    ((date,), "date"),
    ((time,), "time"),
    ((timedelta,), "duration"),
)


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case str():
            return repr(value if len(value) <= 40 else value[:40] + "…")
        case int() if value.bit_length() > 200:
            return "a number"  # it would take long to write out
        case bool() | int() | float() | Decimal() | date() | time() | timedelta():
            return str(value)[:60]
        case _:
            return f"a {type(value).__name__}"


_WAYS: dict[str, _Reading] = {
    "as_is": _as_is,
    "digits": lambda speaker, value, _, __: speaker.digits(values.digits(value)),
    "number": lambda speaker, value, _, __: speaker.number(values.number(value)),
    "ordinal": lambda speaker, value, _, __: speaker.ordinal(values.ordinal(value)),
    "money": lambda speaker, value, currency, _: speaker.money(values.amount(value, currency), currency),
    "date": lambda speaker, value, _, zone: speaker.date(values.day(value, zone)),
    "time": lambda speaker, value, _, zone: speaker.time(values.moment(value, zone)),
    "duration": lambda speaker, value, _, __: speaker.duration(values.seconds(value)),
    "phone": lambda speaker, value, _, __: speaker.phone(values.phone(value)),
    "spelled": lambda speaker, value, _, __: speaker.spelled(values.characters(value)),
}
WAYS = tuple(_WAYS)
