"""Read-only SQL for the action `lookup`, against databases that the settings name.

May import: core, services.ports. Start with `sqlite.py`. Why its own room: it is the only code that reads databases
that are not ours.
"""
