"""Opening hours: weeks, holidays, special days and daylight saving as pure functions of an instant.

May import: core/base and core/document. Start with `calendar.py`. Why its own room: flows, numbers, queues and callbacks
all ask the same question, and must get the same answer.
"""
