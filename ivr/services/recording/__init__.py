"""Recordings: whole calls, which stand still while a secret is asked for, and how long anything is kept.

May import ``services`` and ``core``. Start with `whole`, then `retention`.

Why retention is here and not in the store: what is deleted is files as much as rows, and only together do they make
sense.
"""
