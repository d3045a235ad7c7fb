"""Values that came from outside, made bearable: what a flow keeps of an answer is bounded in depth and size."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ivr.core.base.secret import MASK, Sealed, Secret

DEEPEST = 10
LARGEST = 65_536  # characters, with a few for each value
MOST_BITS = 4096  # of a whole number; one of several thousand digits cannot even be written as text
_EACH = 4
_SHORTEST = 4  # characters of a secret that is taken out of words; "status 404" is no trace of a "4"
_TELLING = 8  # characters from which on a secret is looked for within a text, and not as the whole of it only


class Unbearable(ValueError):
    """An answer is too deep, too large, or holds what JSON does not have; the text is the reason, without the value."""


def bounded(value: Any, *, deepest: int = DEEPEST, largest: int = LARGEST) -> Any:
    """A copy of a value as JSON has them (a `Secret` is let be). Raises Unbearable.

    What no file could hold is mended: half a surrogate pair becomes ``?``, a number that is none becomes empty.
    """
    copied, left = _copy(value, deepest, largest)
    if left < 0:
        raise Unbearable("the answer is too large")
    return copied


def hidden(value: Any) -> Any:
    """The same value with a `Secret` for every text and number in it; yes, no and empty tell nothing by themselves."""
    match value:
        case None | bool() | Secret():
            return value
        case dict():
            return {key: hidden(item) for key, item in value.items()}
        case list():
            return [hidden(item) for item in value]
        case _:
            return Secret(str(value))


def guarded(value: Any, secrets: Collection[str]) -> Any:
    """The same value with a `Secret` for whatever gives one of the secrets back that the question had in it."""
    if not secrets:
        return value
    match value:
        case dict():
            return {without(key, secrets): guarded(item, secrets) for key, item in value.items()}
        case list():
            return [guarded(item, secrets) for item in value]
        case str() | int() | float() if not isinstance(value, bool):
            text = str(value)
            told = any(text == secret or (len(secret) >= _TELLING and secret in text) for secret in secrets)
            return Secret(text) if told or without(text, secrets) == MASK else value
        case _:
            return value


def without(text: str, secrets: Collection[str]) -> str:
    """Words about a question, with the mask for each of its secrets; nothing but the mask where one is written apart.

    Secrets of less than four characters are let be, unless the words are one.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK) if len(secret) >= _SHORTEST or text == secret else text
    figures = _figures(text)
    hiding = (_figures(secret) for secret in secrets)
    return MASK if any(len(one) >= _TELLING and one in figures for one in hiding) else text


def _figures(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


def secrets_in(request: Any) -> Iterator[str]:
    """The secrets that a question has in it."""
    match request:
        case Secret():
            yield str(request.reveal())
        case Sealed():
            for part in request.parts:
                yield from secrets_in(part)
        case Mapping():
            for item in request.values():
                yield from secrets_in(item)
        case list() | tuple():
            for item in request:
                yield from secrets_in(item)
        case _:
            return


def _copy(value: Any, depth: int, left: int) -> tuple[Any, int]:
    left -= _EACH
    match value:
        case None | bool() | Secret():
            return value, left
        case str():
            return value.encode("utf-8", "replace").decode("utf-8"), left - len(value)
        case int():
            if value.bit_length() > MOST_BITS:
                raise Unbearable("the answer is too large")
            return value, left - value.bit_length() // 3
        case float():
            return (value if math.isfinite(value) else None), left
        case dict() | list():
            return _copy_all(value, depth, left)
        case _:
            raise Unbearable("the answer is no JSON")


def _copy_all(value: dict[Any, Any] | list[Any], depth: int, left: int) -> tuple[Any, int]:
    if depth <= 0:
        raise Unbearable("the answer is too deep")
    keys = list(value) if isinstance(value, dict) else []
    items: list[Any] = []
    for item in value.values() if isinstance(value, dict) else value:
        copied, left = _copy(item, depth - 1, left)
        items.append(copied)
        if left < 0:
            raise Unbearable("the answer is too large")
    if isinstance(value, list):
        return items, left
    return dict(zip(map(_key, keys), items, strict=True)), left - sum(len(str(key)) for key in keys)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise Unbearable("the answer is no JSON")
    return key.encode("utf-8", "replace").decode("utf-8")
