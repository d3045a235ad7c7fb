"""The command line: one file a command, loaded when it is asked for, so that ``ivr --help`` is quick.

May import: everything. Start with `main.py`, which knows the commands by name.
"""
