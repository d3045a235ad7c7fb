"""A self-hosted IVR and call-control server for Asterisk.

Four rings, imports go right only: ``app`` (assembly) → ``adapters`` (the world) → ``services`` (conduct) → ``core``
(rules, pure). docs/architecture.md tells how a call travels through them.
"""

__version__ = "0.1.0"
