"""Emergency announcements while the service runs: who is told, and when they end.

May import: core, ports, world, journal. Start with `board.py`, which owns them; `order.py` is what somebody asks for,
read and bounded. How a call is told is in ``services/calls/waiting.py``.

Why one owner: what is announced must be the same for every call at an instant, and must be on disk before anybody is
told that it is in force.
"""
