"""Read-only SQL for `lookup`: named statements against configured databases.

May import: core, services.ports. Start with `sqlite.py`. Why its own room: it is the only code that reads
databases that are not ours.
"""
