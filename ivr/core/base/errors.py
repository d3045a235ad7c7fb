"""The exceptions of the product, as a tree.

::

    IvrError                    code, message, hint
    ├── ConfigError             the settings cannot be used (carries the findings)
    ├── FlowError               a flow cannot be run (carries the findings)
    ├── ExtensionError          another package's kind of action or source cannot be used
    ├── Refused                 somebody asked for what may not be done now
    ├── StoreError              the database cannot be read or written
    └── AsteriskError           the telephone system did not do what was asked
        ├── AsteriskUnavailable   there is no connection
        └── OutcomeUnknown        the connection broke after the action was sent: it may or may not have happened

`Hangup` stands outside: that a caller leaves is no error.
"""

from __future__ import annotations


class IvrError(Exception):
    """Foreseen trouble with a stable code, a sentence that says what and where, and a hint that says how to mend it."""

    code = "error"

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class ConfigError(IvrError):
    """The settings cannot be used."""

    code = "config"


class FlowError(IvrError):
    """A flow cannot be run."""

    code = "flow"


class ExtensionError(IvrError):
    """A kind of action or a source that another package brings cannot be used."""

    code = "extension"


class Refused(IvrError):
    """What was asked for may not be done now; nothing was changed."""

    code = "refused"


class StoreError(IvrError):
    """The database cannot be read or written."""

    code = "store"


class AsteriskError(IvrError):
    """The telephone system did not do what was asked."""

    code = "asterisk"


class AsteriskUnavailable(AsteriskError):
    """There is no connection to the telephone system; nothing was sent."""

    code = "asterisk_unavailable"


class OutcomeUnknown(AsteriskError):
    """The connection broke after the action was sent: it may or may not have happened, and is never sent again."""

    code = "outcome_unknown"


class Hangup(Exception):
    """The caller has left: raised by whatever was being done on their leg."""
