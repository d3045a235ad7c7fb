"""What `ivr init` writes: settings, a sample flow and a systemd unit, with ``@NAME@`` where a value is put in.

Holds no Python. A package, so that the files are installed with it; the fragments for Asterisk come from
``asterisk/`` and ``dialplans/`` of the source tree (`ivr.app.fragments`), so that there is one source of them.
"""
