"""A value that must not be read by accident.

``repr``, ``str`` and every formatting of a `Secret` give the mask; `Secret.reveal` is the one way to the value, so
a search for ``reveal(`` lists every place where one is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MASK = "●●●"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """What a caller keyed in or an admin configured, and no log, trace or event may show; a text, or made of one."""

    _value: Any

    def reveal(self) -> Any:
        """The value itself, for the one use it was asked for."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK


@dataclass(frozen=True, slots=True)
class SecretName:
    """A secret of the settings by its name; only the adapter that uses it learns its value."""

    name: str

    def __str__(self) -> str:
        return f"{{secret.{self.name}}}"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Text with secrets in it, in parts: formatting one shows the mask or the name in their places."""

    parts: tuple[str | Secret | SecretName, ...]

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)
