"""Emergency announcements: which message is in front of a flow at an instant.

May import: core/base. Start with `announcement.py`; `events.py` is what happens to them.

Why a room of its own: what is announced is decided by people while calls are running, so it belongs to no flow.
"""
