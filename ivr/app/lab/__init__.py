"""The lab: a real Asterisk as the PBX, a second one as a bank of phones, and the service between them.

Shipped, because whoever writes a flow wants to call it: ``ivr lab up`` starts it, ``ivr lab call`` places a real SIP
call with real sound. It may import ``adapters`` and everything below; nothing else in ``app`` imports it but its
command. Start reading at `lab` (what is started), then `phone` (how a call is placed and heard), then `transcript`.

Why a second Asterisk as the phones: it speaks SIP and RTP as a real phone does, plays and records sound, and its
behaviour is a few lines of dialplan. Why processes are known by a lock they hold, not by their number: a number may
belong to somebody else tomorrow, and ``ivr lab down`` must never stop what it did not start.
"""
