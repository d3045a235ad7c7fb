"""Asterisk's own files are read with the place of everything, and what cannot be read is told."""

from __future__ import annotations

from pathlib import Path

from ivr.app.doctor import asterisk_files


def write(folder: Path, **files: str) -> asterisk_files.AsteriskFile:
    """Reads ``a.conf`` of some files."""
    for name, text in files.items():
        (folder / f"{name}.conf").write_text(text)
    return asterisk_files.read(folder / "a.conf")


def test_entries_know_their_file_and_line(tmp_path: Path) -> None:
    found = write(tmp_path, a='[x]\na = 1\n#include "b.conf"\nd => 4\n', b="b = 2 ; two\n\nc=3\n")
    section = found.section("x")
    assert section is not None
    assert [(entry.name, entry.value, entry.file.name, entry.line) for entry in section.entries] == [
        ("a", "1", "a.conf", 2),
        ("b", "2", "b.conf", 1),
        ("c", "3", "b.conf", 3),
        ("d", "4", "a.conf", 4),
    ]
    assert not found.troubles


def test_templates_hand_their_entries_down(tmp_path: Path) -> None:
    found = write(tmp_path, a="[base](!)\nread = call\nwrite = call\n[ivr](base)\nwrite = reporting\n[ivr](+)\nx=1\n")
    read, written, added = (found.last("ivr", name) for name in ("read", "write", "x"))
    assert read is not None
    assert written is not None
    assert added is not None
    assert (read.value, read.line, written.value, added.value) == ("call", 2, "reporting", "1")


def test_comments_and_escaped_semicolons(tmp_path: Path) -> None:
    found = write(tmp_path, a="[x]\na = 1\\;2 ; no\n;-- b = 2\nc = 3\n--; d = 4\n;--- e = 5\nf = 6 ;-- g --; \n")
    section = found.section("x")
    assert section is not None
    assert [(entry.name, entry.value, entry.line) for entry in section.entries] == [
        ("a", "1;2", 2),
        ("d", "4", 5),
        ("f", "6", 7),
    ]


def test_patterns_of_files_and_files_that_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "one.conf").write_text("one = 1\n")
    (tmp_path / "d" / "two.conf").write_text("two = 2\n")
    found = write(tmp_path, a='[x]\n#include "d/*.conf"\n#tryinclude none.conf\n#include <gone.conf>\n')
    section = found.section("x")
    assert section is not None
    assert [entry.name for entry in section.entries] == ["one", "two"]
    assert [where for where, _ in found.troubles] == [f"{tmp_path}/a.conf:4"]


def test_what_cannot_be_read_is_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    found = write(tmp_path, a="early = 1\n[x]\nnonsense\n#exec /bin/date\n[open\ny = 2\n", b="")
    assert {where.rpartition(":")[2] for where, _ in found.troubles} == {"1", "3", "4", "5"}
    assert found.last("x", "y") is not None


def test_files_that_include_each_other_come_to_an_end(tmp_path: Path) -> None:
    found = write(tmp_path, a="[x]\n#include b.conf\n", b="#include a.conf\n")
    assert any("include each other" in what for _, what in found.troubles)
