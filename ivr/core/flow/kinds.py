"""The kinds of action there are, by name, and the names that are kept for later ones."""

from __future__ import annotations

import re
from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules

from ivr.core.flow import actions
from ivr.core.flow.model import Action
from ivr.core.flow.reading import declared

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


def add(kind: object, name: str) -> None:
    """Makes a kind of another package known under its name. Raises ValueError with a sentence that says why not."""
    if not (isinstance(kind, type) and issubclass(kind, Action)) or isabstract(kind):
        raise ValueError("it is no class of ivr.core.flow.model.Action with begin and exits")
    if "__dataclass_fields__" not in vars(kind):
        raise ValueError("it is no dataclass: write @dataclass(frozen=True, slots=True, kw_only=True, eq=False)")
    if KINDS.get(name) is kind:
        return
    if name in KINDS or name in _LATER:
        raise ValueError(f"there is an action '{name}' already" if name in KINDS else f"the name '{name}' is kept")
    if kind.kind != name or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"its kind is '{kind.kind}', and its entry point is named '{name}'")
    missing = [part for part in ("about", "outcomes", "example") if not getattr(kind, part)]
    if missing:
        raise ValueError(f"it says nothing as its {', '.join(missing)}")
    if not kind.bare and not any((item.name or key) == name for key, item in declared(kind).items()):
        raise ValueError(f"it has no option '{name}', the value that stands beside its name")
    KINDS[name] = kind
