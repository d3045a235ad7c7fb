"""The protocols of Asterisk as pure codecs: bytes in any pieces become values, values become bytes.

May import ``core.base`` and the standard library, never sockets or a loop: so each codec is tested by feeding it
byte by byte, and the room above (`ivr.adapters.asterisk`) owns time, limits of number, and connections.
Start with `agi`, whose docstring tells one protocol from end to end.

Why apart from the connections: what arrives from outside is bounded and judged in one place, without waiting.
"""
