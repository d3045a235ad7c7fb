"""Recorded files as flows name them: ``play`` and the music of ``queue``."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark, suggestion
from ivr.core.document.source import Node
from ivr.core.flow.model import Flow
from ivr.core.flow.reading import Form, Reading


@dataclass(frozen=True, slots=True)
class File:
    """A recorded file by its path in the folder of prompts, without its ending."""

    name: str
    mark: Mark


def _read_file(node: Node, reading: Reading) -> File | None:
    name = typed.recorded(node, reading.problems)
    return None if name is None else File(name, node.mark)


FILE: Form[File] = Form(
    "a path in the folder of prompts, without the file's ending: `music/calm`", _read_file, shape.recorded()
)


def check_recorded(file: File, flow: Flow, reading: Reading) -> None:
    """Notes that a file is missing, in all languages of the flow or in some."""
    recordings = reading.surroundings.outside.recordings
    name = file.name
    if recordings is None or name in recordings:
        return
    missing = [tag for tag in flow.languages if f"{tag}/{name}" not in recordings]
    if missing:
        shared = [known for known in recordings if known.split("/")[0] not in flow.languages]
        hint = suggestion(name, shared) or f"put it there as  prompts/{name}.wav"
        where = f" for {', '.join(missing)}" if len(missing) < len(flow.languages) else ""
        reading.problems.add("F162", file.mark, f"there is no recorded file '{name}'{where}.", hint=hint)
