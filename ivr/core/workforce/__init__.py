"""How many agents are needed: what callers will meet with so many, by formulas, and on a whole day that is tried out.

May import: acd, hours, document, base. Start with `erlang.py` (`erlang_c` when all callers wait, `erlang_a` when some
lose patience, `agents_needed` for both), then `day.py`, which plays a day of a `plan.py` on the real router;
`reading.py` reads the page of a plan, `prediction.py` puts Erlang's numbers beside it.

Why its own room, above all others: it looks at whole intervals and decides about no call, so nothing that is done to a
caller may depend on it.
"""
