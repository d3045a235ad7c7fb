"""The world: one room for each foreign thing, and no room knows another.

May import: services and core. Start with `asterisk` (calls), then `store` (the database), `speech` (engines), `web`
(the control API), `files` (folders of flows), `fetch` and `lookup` (what flows ask outside), `memory` (every port in
RAM), `system` (the machine's clock and ids).

Why apart: a foreign thing is replaced by replacing its room.
"""
