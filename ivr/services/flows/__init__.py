"""The flows that are live: bundles that were checked, published, replaced and taken back.

May import: core, ports, world, journal. Start with `editions.py`. Why: a call finishes on the bundle it began with, so
somebody has to know which bundles are still in use.
"""
