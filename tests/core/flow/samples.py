"""The sample flows of the tree, read as the one bundle that they are."""

from __future__ import annotations

from pathlib import Path

from ivr.core.flow.bundle import Bundle, read

FOLDER = Path(__file__).parents[3] / "flows"


def files() -> dict[str, bytes]:
    """What lies in the folder of the sample flows, recorded prompts aside."""
    return {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.is_file()}


def bundle() -> Bundle:
    """The sample flows."""
    found = read(files())
    assert found.bundle is not None, found.shown
    return found.bundle
