"""Conduct: what the service does, in its order, touching the world only through `ports.py`.

May import: core. Start with `calls/session.py` (the life of one call), `journal.py` (how news travels) and
`scope.py` (the only place where tasks are born).

Why ports: the same code runs on a telephone and on virtual time in a test, and neither knows the difference.
"""
