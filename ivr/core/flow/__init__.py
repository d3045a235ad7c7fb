"""The flow language: what an admin writes in YAML, checked when it is loaded and run by a pure machine.

Start with `load` (text to a `Flow` and its findings), then `machine` (a flow and outcomes to verbs), then one file of
`actions`: a kind is one file, and nothing else has to change to add one. This room may import ``base``, ``document``,
``calls``, ``hours`` and ``prompts``. Why a machine that only sees outcomes: a live call, the simulator, scenario tests
and replay run the very same code, and differ in who supplies the outcomes.
"""
