"""Values from outside: fetching over HTTP, looking up in a database, and sources that extensions bring.

May import: core, ports, world. Start with `ask.py`. Why one way for all of them: time limits, bounds and masks are
kept in one place.
"""
