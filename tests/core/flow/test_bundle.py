"""A folder of flows is one thing: whole or not at all, and named by its content."""

from __future__ import annotations

import pytest

from ivr.core.flow.bundle import Bundle, is_flow, name_of, read

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


def test_a_file_that_is_no_text_is_a_finding() -> None:
    found = read({"main.yaml": b"\xff\xfe"})
    assert found.bundle is None
    assert "UTF-8" in found.shown[0]
