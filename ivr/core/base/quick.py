"""Frozen values that are made very often.

A frozen dataclass pays for each field when it is made, because its own guard stands in the way; the flow machine makes
three such values for every action of every call. `frozen` leaves the guard to the type checker, which sees every line
of this project: at run time it is a dataclass with slots, and made about three times as fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def frozen(kind: type[T]) -> type[T]:
    """A dataclass whose fields nobody changes; mypy refuses an assignment to one."""
    return dataclass(slots=True, unsafe_hash=True)(kind)
