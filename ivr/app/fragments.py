"""The files that an Asterisk includes to work with the service, with a site's own values put in.

They lie in ``asterisk/`` and ``dialplans/`` of the source tree and are installed under ``share/ivr``. A value stands
in them once, as a whole: ``Set(NAME=...)`` in the dialplan, ``secret = ...`` for the manager.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ivr.core.base.errors import ConfigError

DIALPLAN = "dialplans/ivr.conf"
MANAGER = "asterisk/manager.conf"


def fragment(name: str) -> str:
    """The text of a shipped file by its path in the source tree. Raises ConfigError when it was not installed."""
    for top in (Path(__file__).parents[2], Path(sys.prefix) / "share" / "ivr"):
        if (top / name).is_file():
            return (top / name).read_text(encoding="utf-8")
    raise ConfigError(f"{name} is not installed", hint="install the product again: `pip install .` in its source tree")


def dialplan(values: dict[str, str] | None = None) -> str:
    """The dialplan that hands calls to the service, with settings such as ``IVR_AGI`` replaced."""
    text = fragment(DIALPLAN)
    for name, value in (values or {}).items():
        text = _replaced(text, rf"(Set\({re.escape(name)}=)[^)]*(\))", value, name)
    return text


def manager(secret: str) -> str:
    """The manager's user for the service, with its secret."""
    return _replaced(fragment(MANAGER), r"(?m)^(secret = ).*()$", secret, "secret")


def _replaced(text: str, pattern: str, value: str, name: str) -> str:
    if not re.fullmatch(r"[\w.,:/@+*#-]*", value):
        raise ConfigError(f"{value!r} cannot be written into Asterisk's configuration as {name}")
    changed, count = re.subn(pattern, lambda found: f"{found[1]}{value}{found[2]}", text)
    if count != 1:
        raise ConfigError(f"{name} stands {count} times in the shipped file, not once")
    return changed
