"""``python -m ivr`` is ``ivr``."""

from ivr.app.cli.main import main

main()
