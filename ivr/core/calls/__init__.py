"""A call, as values: what can be done to it, what comes of that, and what happened.

May import: base. Start with `verbs.py` (say, ask, record, dial), `outcomes.py` (what came of one), `events.py` (the
news that everybody reads) and `trace.py` (how they are told to people).

Why here: the flow machine, the session, the store, the lab and the live views all speak of calls in these words, and
none of them knows another.
"""
