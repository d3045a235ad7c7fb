"""The files that an Asterisk includes: they agree with the service, and a site's values get into them."""

from __future__ import annotations

import re

import pytest

from ivr.adapters.asterisk.ami import event_filters
from ivr.app import fragments
from ivr.app.config import Agi
from ivr.core.base.errors import ConfigError


def test_the_managers_user_sees_the_events_that_are_needed_and_no_others() -> None:
    lines = [line for line in fragments.manager("x").splitlines() if line.startswith("eventfilter")]
    assert sorted(lines) == sorted(event_filters())


def test_the_managers_user_may_ring_phones_and_not_change_asterisk() -> None:
    (rights,) = re.findall(r"(?m)^write = (.*)$", fragments.manager("x"))
    assert set(rights.split(",")) <= {"call", "originate", "reporting"}


def test_a_phone_that_is_rung_comes_to_the_service_alone() -> None:
    context = fragments.dialplan().split("[ivr-agent]")[1].split("[")[0]
    applications = re.findall(r"(?:n|1),(\w+)\(", context)
    assert applications == ["Gosub", "AGI", "Hangup"]


def test_the_dialplan_calls_where_the_service_listens_by_default() -> None:
    assert f"Set(IVR_AGI=agi://{Agi().host}:{Agi().port}/call)" in fragments.dialplan()


def test_a_sites_values_are_put_in() -> None:
    text = fragments.dialplan({"IVR_AGI": "agi://192.0.2.7:4573/call", "IVR_PATIENCE": "20"})
    assert "Set(IVR_AGI=agi://192.0.2.7:4573/call)" in text
    assert "Set(IVR_PATIENCE=20)" in text


def test_the_secret_is_put_in() -> None:
    assert "\nsecret = s3cret\n" in fragments.manager("s3cret")
    assert "CHANGE-ME" not in fragments.manager("s3cret")


@pytest.mark.parametrize("value", ["a\nwrite = all", "${EVIL}", "x)", "a;b"])
def test_a_value_that_would_be_configuration_is_refused(value: str) -> None:
    with pytest.raises(ConfigError):
        fragments.dialplan({"IVR_AGI": value})
    with pytest.raises(ConfigError):
        fragments.manager(value)


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigError, match="IVR_NO_SUCH"):
        fragments.dialplan({"IVR_NO_SUCH": "1"})
