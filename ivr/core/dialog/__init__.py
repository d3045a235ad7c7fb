"""How a caller answers: keys become one answer.

Start with `digits.Collector`. The room imports `ivr.core.calls` for the keys that are wanted and for outcomes, and is
told every time as an argument. Why no clock of its own: the same keys at the same times then give the same answer on a
live call, in the simulator and in a test.
"""
