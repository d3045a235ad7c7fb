"""Recordings after the call: how long they are kept, and their removal.

May import ``services`` and ``core``. Start with `retention`. Later: naming, consent, pausing while card digits are
keyed in.

Why here and not in the store: what is deleted is files as much as rows, and only together do they make sense.
"""
