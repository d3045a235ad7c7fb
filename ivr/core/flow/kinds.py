"""The kinds of action there are, by name, and the names that are kept for later ones."""

from __future__ import annotations

from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules

from ivr.core.flow import actions
from ivr.core.flow.model import Action

_LATER = "announce callback choose confirm fetch flow language listen lookup play queue survey tag wait"
RESERVED = frozenset(_LATER.split(" "))


def _found() -> dict[str, type[Action]]:
    """Every kind that a file of the ``actions`` folder declares."""
    kinds: dict[str, type[Action]] = {}
    for module in iter_modules(actions.__path__):
        for item in vars(import_module(f"{actions.__name__}.{module.name}")).values():
            if isinstance(item, type) and issubclass(item, Action) and not isabstract(item) and item.kind:
                kinds[item.kind] = item
    return dict(sorted(kinds.items()))


KINDS = _found()
