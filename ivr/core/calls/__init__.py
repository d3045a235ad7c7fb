"""What happens to a call, as values: its events, its ways to end, and how a trace is told.

May import: base. Start with `events.py`.

Why here: the session publishes these, the store writes them, the lab and the live views show them; none of the four
knows another.
"""
