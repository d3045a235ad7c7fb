"""Log lines for people or machines, each with the id of the call that it is about.

No text of a log line holds what a caller keyed in, said or is called: a call's id leads to the trace, which has its
own rights and its own retention.
"""

from __future__ import annotations

import json
import logging
import sys

from ivr.app.config import Log
from ivr.services.calls.session import call_in_log


class _TextFormat(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        call = call_in_log.get()
        record.call = f" [{call}]" if call else ""
        return super().format(record)


class _JsonFormat(logging.Formatter):
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
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(settings: Log) -> None:
    """Sends all log lines to standard error in the configured form; the system's journal adds the rest."""
    handler = logging.StreamHandler(sys.stderr)
    text = _TextFormat("%(asctime)s %(levelname)-7s %(name)s%(call)s: %(message)s")
    handler.setFormatter(_JsonFormat() if settings.format == "json" else text)
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
