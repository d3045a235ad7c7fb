"""Queues while the service runs: who works in them, which call waits, and whose phone rings for it.

May import: core, ports, world, journal, scope. Start with `dispatcher.py`, which owns the router; `roster.py` has the
agents, and `ports.py` is what ringing a phone needs of the world.

Why one owner: a decision is only right for what holds at its instant, so nothing may change beside the router.
"""
