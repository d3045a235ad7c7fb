"""Every port in RAM: for tests, demos and the simulator; shipped, documented and held to the same behaviour.

May import: core and services. Start with `leg.py` (a caller who follows a script on the loop's own time).

Why shipped: a fake that lives beside the real thing and passes the same tests is one that can be believed.
"""
