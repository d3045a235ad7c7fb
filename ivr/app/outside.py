"""What flows may reach outside the service, as the settings say it: for the checks and for the service itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ivr.app.config import Settings
from ivr.core.base.secret import Secret
from ivr.core.flow.surroundings import Outside


def outside(settings: Settings, *, recordings: Mapping[str, float] | None = None, today: date | None = None) -> Outside:
    """What is known of the outside from settings: hosts, databases and secrets by name, and the time zone."""
    return Outside(
        hosts=frozenset(settings.fetch.hosts),
        databases=frozenset(settings.databases),
        secrets=frozenset(settings.secrets),
        recordings=recordings,
        zone=settings.zone,
        today=today,
    )


def secret_values(settings: Settings) -> dict[str, Secret]:
    """The secrets that are there, by name."""
    return {called: place.value for called, place in settings.secrets.items() if place.value is not None}
