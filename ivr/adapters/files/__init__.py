"""Folders of flows on disk (reading them whole, keeping every published bundle, noticing edits), and the queue log.

May import: core, services.flows. Start with `folder.py` (reading), then `bundles.py` (keeping), `watch.py` and
`queue_log.py`. Why its own room: a bundle is content, a log is lines, and only here they are files.
"""
