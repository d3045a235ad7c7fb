"""Folders of flows on disk: reading them whole, keeping every published bundle, and noticing edits.

May import: core, services.ports. Start with `folder.py`. Why its own room: a bundle is content, and only here it
is files.
"""
