"""Scenarios as real calls: phones of the lab call, hear, press and speak; the service's own parts answer.

May import: everything. Start with `stage.py` (one call's world: sources, numbers, announcements and time as its
scenario gives them), then `actor.py` (the caller who acts a scenario out), `run.py` (all of them, several at a time).

Why the service runs inside the command: a scenario gives the world in which its call happens, and another one at the
same moment gives another. The telephone side is not touched by that: Asterisk, FastAGI, AMI, sounds and keys are real.
"""
