"""Who gets the call: queues, agents, and the router that brings them together.

May import: hours, document, base. Start with `router.py` (facts in, commands out), then `floor.py` (agents),
`line.py` (calls that wait) and `setup.py` (what a queue is).

Why not Asterisk's ``Queue()``: its order can be neither tested nor explained, and a call that waits there cannot be
reached. This router is a function of facts and time, so that every decision can be computed again from what was kept.
"""
