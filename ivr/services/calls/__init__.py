"""Living calls: one call is one task, from the first ring to the last event.

May import: core, and of services only journal, scope, world, ports and the rooms a verb needs. Start with
`session.py` (the life of one call), then `perform.py` (verb to leg) and `service.py` (all calls together).

Why one task: whatever ends a call — the caller, the flow, a limit, a person with the right to, a stop of the
service, a bug — ends this one function, whose last lines write the ending. Nothing can be forgotten elsewhere.
"""
