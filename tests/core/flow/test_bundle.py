"""A folder of flows is one thing: whole or not at all, and named by its content."""

from __future__ import annotations

import pytest

from ivr.core.acd.setup import NO_SETUP
from ivr.core.flow.bundle import Bundle, is_flow, name_of, read
from ivr.core.flow.surroundings import Outside

MAIN = b"flow:\n  welcome:\n    - say: Hello.\n    - hangup\n"
SHOP = b"flow:\n  welcome:\n    - say: Welcome to the shop.\n    - hangup\n"
BROKEN = b"flow:\n  welcome:\n    - go: nowhere\n"


def bundle(files: dict[str, bytes]) -> Bundle:
    """The bundle of files that have no error."""
    found = read(files)
    assert found.bundle is not None, found.shown
    return found.bundle


def test_all_flows_of_a_folder_are_in_the_bundle_by_name() -> None:
    assert set(bundle({"main.yaml": MAIN, "shop.yaml": SHOP}).flows) == {"main", "shop"}


def test_one_broken_flow_breaks_the_bundle_and_the_finding_names_the_folder() -> None:
    found = read({"main.yaml": MAIN, "shop.yaml": BROKEN}, folder="flows")
    assert found.bundle is None
    assert [(problem.code, problem.mark.file, problem.mark.line) for problem in found.problems] == [
        ("F104", "flows/shop.yaml", 3)
    ]
    assert "- go: nowhere" in found.shown[0]


def test_the_name_changes_with_any_byte_of_any_file_and_with_nothing_else() -> None:
    files = {"main.yaml": MAIN, "prompts/en/hello.wav": b"1"}
    again = {"prompts/en/hello.wav": b"1", "main.yaml": MAIN}
    assert name_of(files) == name_of(again)
    others = [
        {**files, "prompts/en/hello.wav": b"2"},
        {**files, "hours.yaml": b""},
        {"main.yaml": MAIN, "prompts/en/hello2.wav": b"1"},
    ]
    assert len({name_of(files), *map(name_of, others)}) == 4


@pytest.mark.parametrize(
    "name",
    ["hours.yaml", "numbers.yaml", "defaults.yaml", "queues.yaml", "checks.yaml", "main.scenarios.yaml", "a/b.yaml"],
)
def test_what_stands_beside_flows_is_no_flow(name: str) -> None:
    assert not is_flow(name)


def test_defaults_hold_for_all_flows() -> None:
    asks = b"flow:\n  a:\n    - menu: Press 1.\n      options: [{press: 1, go: b}]\n  b:\n    - hangup\n"
    files = {"main.yaml": asks, "defaults.yaml": b"give_up: b\n"}
    assert bundle(files).flows["main"].sections["a"]


QUEUES = b"queues: {billing: {hours: support, music: music/calm}}\n"
HOURS = b"support: {open: 24h}\n"


def test_queues_of_a_folder_are_in_the_bundle_and_around_its_flows() -> None:
    found = bundle({"main.yaml": MAIN, "queues.yaml": QUEUES, "hours.yaml": HOURS})
    assert found.setup.queues["billing"].hours == "support"
    assert found.flows["main"].surroundings.setup is found.setup
    assert bundle({"main.yaml": MAIN}).setup is NO_SETUP


def test_a_mistake_in_the_queues_breaks_the_bundle_and_is_told_in_their_file() -> None:
    found = read({"main.yaml": MAIN, "queues.yaml": QUEUES}, folder="flows")
    assert found.bundle is None
    assert [(p.code, p.mark.file, p.mark.line, p.mark.column) for p in found.problems] == [
        ("F139", "flows/queues.yaml", 1, 27)
    ]
    assert "queues: {billing: {hours: support" in found.shown[0]


def test_music_of_queues_is_looked_for_among_the_recordings() -> None:
    files = {"main.yaml": MAIN, "queues.yaml": QUEUES, "hours.yaml": HOURS}
    assert [problem.code for problem in read(files, Outside(recordings={})).problems] == ["F162"]
    assert not read(files, Outside(recordings={"music/calm": 9.0})).problems


def test_findings_of_queues_are_told_when_their_page_is_wanted() -> None:
    files = {"main.yaml": MAIN, "queues.yaml": b"queues: {billing: {most: 0}}\n"}
    assert [problem.code for problem in read(files, only=["queues.yaml"]).problems] == ["F264"]
    assert not read(files, only=["main.yaml"]).problems


def test_a_project_may_think_otherwise_of_a_warning_about_queues() -> None:
    files = {"main.yaml": MAIN, "queues.yaml": b"queues: {billing: {seed: 7}}\n", "checks.yaml": b"F265: error\n"}
    assert read(files).broken


def test_a_file_that_is_no_text_is_a_finding() -> None:
    found = read({"main.yaml": b"\xff\xfe"})
    assert found.bundle is None
    assert "UTF-8" in found.shown[0]
