"""Folders of flows on disk: reading them whole, keeping every published bundle, and noticing edits.

May import: core, services.flows. Start with `folder.py` (reading), then `bundles.py` (keeping) and `watch.py`. Why its
own room: a bundle is content, and only here it is files.
"""
