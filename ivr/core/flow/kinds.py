"""The kinds of action there are, by name, and the names that are kept for later ones."""

from __future__ import annotations

from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules

from ivr.core.flow import actions
from ivr.core.flow.model import Action

# Names that are kept, and what to use until then.
_LATER = {
    "callback": "until then  - record  takes a message, and somebody calls back",
    "fetch": "until then  - set  gives a value that is written down",
    "listen": "until then  - menu  or  - collect  asks for keys",
    "lookup": "until then  - set  gives a value that is written down",
    "queue": "until then  - dial  rings one number; your telephone system may ring several behind it",
    "survey": "until then  - collect  with  type: number  asks for a mark",
}


def _found() -> dict[str, type[Action]]:
    """Every kind that a file of the ``actions`` folder declares."""
    kinds: dict[str, type[Action]] = {}
    for module in iter_modules(actions.__path__):
        for item in vars(import_module(f"{actions.__name__}.{module.name}")).values():
            if isinstance(item, type) and issubclass(item, Action) and not isabstract(item) and item.kind:
                kinds[item.kind] = item
    return dict(sorted(kinds.items()))


KINDS = _found()
RESERVED = {name: instead for name, instead in _LATER.items() if name not in KINDS}
