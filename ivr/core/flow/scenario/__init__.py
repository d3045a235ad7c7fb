"""Scenarios: what a caller hears and does, written beside the flows and run as tests.

May import: everything of `ivr.core.flow`, base, calls, document, prompts. Start with `model.py` (what a page of
scenarios says), then `caller.py` (the caller who follows one), `play.py` (one call), `coverage.py` (what calls have
tried of the flows) and `judge.py` (all scenarios of a folder).

Why the caller never answers a question that the script does not answer: a scenario that waits for other words than the
flow says would otherwise time out three questions later, and tell of the wrong place.
"""
