"""What is kept of calls: SQLite through sqlite-utils, and its twin in memory.

May import ``services`` and ``core``; knows SQL and nothing of telephones. Start with `sqlite.SqliteStore`; the order
of things inside is `writer` (the thread with the only writing connection), `rows` (a batch of events into tables),
`migrations` (the tables), `reading` (questions, each on a read-only connection of its own), `spill` (what could not be
written before the service stopped). Queries are files under ``queries/``, so that they can be read and tried out with
``sqlite-utils query data/ivr.db "$(cat calls.sql)"``.

Why a thread and a backlog: a database waits for disks and for other processes, a call must not. What is published is
appended to the backlog and nothing else happens on the event loop. With WAL and ``synchronous=NORMAL`` a killed
process leaves a whole database and misses at most the last fifth of a second; after a power cut the last transactions
may be missing too, never half of one.
"""
