"""Which of its languages a flow speaks when another one is wanted."""

from __future__ import annotations

from ivr.core.flow.model import Flow
from ivr.core.prompts.say import base_language


def spoken_in(flow: Flow, wanted: str) -> str:
    """The flow's language that a wanted one is: the same tag, or the same language; else the flow's first."""
    return matching(flow, wanted) or flow.languages[0]


def matching(flow: Flow, wanted: str) -> str:
    """The flow's language that a wanted one is, or empty."""
    if wanted in flow.languages:
        return wanted
    base = base_language(wanted)
    return next((tag for tag in flow.languages if base and base_language(tag) == base), "")
