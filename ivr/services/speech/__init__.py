"""Words become sound: which engine speaks, what is kept, what is made ahead, and what happens when an engine fails.

May import ``ivr.core`` and ``ivr.services`` of lower rooms; engines and the disk are ports (`engine.Engine`,
`shelf.Shelf`), implemented in ``ivr.adapters.speech``. Start with `voice.PromptVoice`, which is the `Voice` port of
a call; `guard.Guarded` is what every engine is wrapped in.

Why guarding, splitting and keeping wrap an engine rather than live in it: an engine is then one short file, and all
of them fail in the same, tested way.
"""
