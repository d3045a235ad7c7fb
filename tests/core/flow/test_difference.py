"""What is different between two bundles is told as programs and people know it."""

from __future__ import annotations

from ivr.core.flow import difference as module
from ivr.core.flow.difference import difference

OLD = {"main.yaml": b"a\nb\nc\n", "same.yaml": b"x\n", "prompts/en/a.wav": b"1", "prompts/en/b.wav": b"1"}


def test_pages_are_told_line_by_line_and_recordings_by_name() -> None:
    new = {"main.yaml": b"a\nB\nc\n", "same.yaml": b"x\n", "prompts/en/a.wav": b"2", "prompts/en/c.wav": b"1"}
    found = difference(OLD, new, "old", "new")
    assert found.text == "--- old/main.yaml\n+++ new/main.yaml\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"
    assert (found.added, found.changed, found.gone) == (
        ("prompts/en/c.wav",), ("prompts/en/a.wav",), ("prompts/en/b.wav",),
    )  # fmt: skip


def test_no_difference_is_none() -> None:
    assert difference(OLD, dict(OLD), "a", "b").none


def test_pages_that_come_and_go_are_told_wholly_also_empty_ones() -> None:
    found = difference({"gone.yaml": b"a"}, {"empty.yaml": b""}, "old", "new")
    assert "--- /dev/null\n+++ new/empty.yaml\n" in found.text
    assert "--- old/gone.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n\\ No newline at end of file\n" in found.text
    assert not found.none


def test_what_is_no_text_and_what_is_endless_is_told_too() -> None:
    assert "-\ufffd" in difference({"a.yaml": b"\xff\n"}, {"a.yaml": b"x\n"}, "o", "n").text
    endless = b"x\n" * (module.MOST_LINES + 1)
    assert "too many to compare" in difference({"a.yaml": endless}, {"a.yaml": endless + b"y"}, "o", "n").text
    many = {f"{number}.yaml": b"a\n" * 15_000 for number in range(3)}
    told = difference({}, many, "o", "n").text
    assert told.count("\n") == module.MOST_LINES + 1
    assert "more lines" in told
