"""Emergency announcements while the service runs: who is told, and when they end.

May import: core, ports, world, journal. Start with `board.py`. Why: one owner of what is announced now.
"""
