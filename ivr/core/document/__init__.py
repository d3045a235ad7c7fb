"""Files that a person writes, read so that every mistake is found at its place and with its fix.

May import: base. Start with `source.py` (YAML to a tree of texts with places), then `fields.py` (one reader for each
kind of value), `problems.py` (findings and how they are shown).

Why not a schema library: a finding that names line, column, sentence and fix, all of them at once, is what the admin
sees of this product. Positions never leave the tree, so no model is polluted with them.
"""
