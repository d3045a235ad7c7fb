"""Outgoing HTTP for the action `fetch`: hosts that the settings allow and no others, bounded in time and size.

May import: core, services.ports. Start with `http.py`. Why its own room: it is the only code that speaks to hosts that
a flow names, so what keeps that harmless is seen in one place.
"""
