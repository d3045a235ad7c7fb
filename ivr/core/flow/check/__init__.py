"""What a flow means, checked before a caller hears it: start with ``whole``, which asks all others.

A file a subject: names and types, words, conditions, the ways that calls can take, flows that enter each other. What
belongs to one kind of action is in its class (`ivr.core.flow.model.Action.check`). May import anything of this ring but
the loader. Why after the page is read and not while: a name, a section or a flow may stand further down.
"""
