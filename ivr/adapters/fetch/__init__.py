"""Outgoing HTTP for `fetch`: allow-listed hosts only, bounded in time and size.

May import: core, services.ports. Start with `http.py`. Why its own room: it is the only code that speaks to hosts
that a flow names.
"""
