"""Asterisk: calls come in over FastAGI, news and questions go over AMI.

May import: services and core. Start with `legs.py` (what can be done to a caller), then `agi.py` (the server of
connections), `ami.py` (the client), `keys.py` (key presses from two witnesses); `wire` holds the pure codecs.

Why two roads: AGI gives exact control of one channel but drops keys between commands; AMI tells of everything but
does nothing at an exact moment. Asterisk's names for channels stay in this room.
"""
