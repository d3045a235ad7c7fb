"""The machine's own clock and ids: the only readers of real time and real randomness.

Why here: core receives instants and ids, services ask a `Clock` and `Ids`, so that a test of half an hour runs in
milliseconds and always the same way. Start with `clock.py`.
"""
