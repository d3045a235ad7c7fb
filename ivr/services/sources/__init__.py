"""Values from outside: what holds for every source that a flow may ask, be it HTTP, a database or an extension's.

May import: core, ports. Start with `counted.py`. Why one wrapper for all of them: the time limit, the bounds of an
answer and the counts for the health document are kept in one place, and no source can forget them.
"""
