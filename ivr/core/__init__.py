"""Rules: what the product decides, as pure functions of facts and time.

May import nothing of the other rings, and nothing that waits, reads a clock, rolls dice, logs or opens files; a test
proves it. Start with `flow` (the language that admins write), then `base` (the words that everyone uses).

Why pure: a rule that touches nothing can be tried on ten thousand calls in a second, live and in tests alike.
"""
