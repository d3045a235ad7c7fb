"""What becomes of events: which rows they are kept as, and what can be asked of calls that were kept.

May import ``services`` and ``core``, no adapter. Start with `projector`: the one place that says how an event is
written down and read back; `calls` holds the questions about kept calls and their answers.

Why apart from the store: the same projection feeds SQLite, the store in memory and the tests, so they cannot disagree
about what an event means.
"""
