"""The kinds of action, one file each: options, outcomes, what is done, and an example that the tests run.

A file here declares a frozen subclass of `ivr.core.flow.model.Action`; `ivr.core.flow.kinds` finds it by itself, and
the loader, the checks, the simulator and the reference know it from then on. Start with ``say``, the shortest. A file
may import anything of this ring, but no other kind. Why one file a kind: to add one, nothing else is touched.
"""
