"""Assembly: settings, which adapter stands behind which port, starting and stopping, the command line, the lab.

May import: everything; is imported by nothing below. Start with `wiring.py` (the parts list) and `server.py` (the
order of start and stop).

Why a ring of its own: everything that knows of both sides of a port stands here and nowhere else.
"""
