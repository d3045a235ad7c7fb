"""Opening hours: weeks, holidays, special days and daylight saving as pure functions of an instant.

May import: base, document. Start with `calendar.py` (what is asked), then `reading.py` (``hours.yaml``) and `ics.py`
(holidays as other programs write them).

Why its own room: flows, numbers, queues and callbacks all ask the same question, and must get the same answer.
"""
