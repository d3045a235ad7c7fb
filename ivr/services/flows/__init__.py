"""The flows that are live: bundles that were checked, published, replaced and taken back.

May import: core, ports, world, journal, speech. Start with `editions.py` (which flows a call runs), then `publisher.py`
(how others become live) and `ports.py`. Why: a call finishes on the bundle it began with, so somebody has to know
which bundles are still in use.
"""
