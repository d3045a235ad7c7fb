"""The control API over HTTP: what the command line, a monitoring system and later the console talk to.

May import: core and services. Start with `server.py` (routes, the token, errors), then `api.py` (what each request
does, in a few lines: read, call a service, render).

Why so thin: a request decides nothing. It calls the same services as everybody else, and sees what came of it as
events.
"""
