"""Log lines for people or machines, each with the id of the call that it is about.

No text of a log line holds what a caller keyed in, said or is called: a call's id leads to the trace, which has its
own rights and its own retention. An exception's own words may be such a value (``invalid literal for int(): '4111'``),
so the trace of one that was met in a call, or in what Asterisk tells, says of which kind it is and where, and no more.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

from ivr.app.config import Log
from ivr.services.calls.session import call_in_log

Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_OF_CALLERS = "ivr.adapters.asterisk"  # what it is told may be the keys of callers
_DEEPEST = 10  # exceptions that are shown of one, with those that led to it


class _Format(logging.Formatter):
    """A format that tells no values by way of exceptions."""

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and (call_in_log.get() or record.name.startswith(_OF_CALLERS)):
            record.exc_text = _without_values(record.exc_info)  # also for the handlers that come after this one
        return super().format(record)


def _without_values(caught: Caught) -> str:
    return "" if caught[1] is None else "\n".join(_shown(caught[1], _DEEPEST))


def _shown(error: BaseException, left: int) -> Iterator[str]:
    """Lines: what led to an exception, where it was raised, its kind; the reason of the machine's own (errno)."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and left:
        yield from _shown(before, left - 1)
        yield "then:"
    yield from "".join(traceback.format_tb(error.__traceback__)).splitlines()
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    yield f"{kind} ({os.strerror(error.errno)})" if isinstance(error, OSError) and error.errno else kind
    if isinstance(error, BaseExceptionGroup) and left:
        for inner in error.exceptions:
            yield from (f"  | {line}" for line in _shown(inner, left - 1))


class _TextFormat(_Format):
    def format(self, record: logging.LogRecord) -> str:
        call = call_in_log.get()
        record.call = f" [{call}]" if call else ""
        return super().format(record)


class _JsonFormat(_Format):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if call := call_in_log.get():
            line["call_id"] = call
        if record.exc_info:
            super().format(record)
            line["trace"] = record.exc_text or ""
        return json.dumps(line, ensure_ascii=False)


def formatter(settings: Log) -> logging.Formatter:
    """What makes a line of a record, in the configured form."""
    text = _TextFormat("%(asctime)s %(levelname)-7s %(name)s%(call)s: %(message)s")
    return _JsonFormat() if settings.format == "json" else text


def set_up(settings: Log) -> None:
    """Sends all log lines to standard error in the configured form; the system's journal adds the rest."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(settings))
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
