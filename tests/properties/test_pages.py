"""Any text and any bytes as settings or as a flow are findings at places that exist, and nothing else is raised."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.app import config
from ivr.app.config import SettingsError
from ivr.app.flows import load_files
from ivr.core.base.errors import FlowError
from ivr.core.document.problems import Problems, render
from ivr.core.flow.load import load

ROOT = Path(__file__).parents[2]
SECRET = {"IVR_AMI_SECRET": "s3cret"}
SITE = Path("/site/ivr.yaml")
WORDS = st.sampled_from(
    [
        *("flow", "say", "menu", "if", "set", "go", "dial", "record", "options", "anywhere", "languages", "longest"),
        *(
            "agi",
            "ami",
            "port",
            "dial",
            "match",
            "to",
            "numbers",
            "prompts",
            "zone",
            "currency",
            "retention",
            "asterisk",
        ),
        *("a", "1", "0042", "10:30", "yes", "3s", "6..10", "{a}", "{a:money}", "{{", "${x}", "*", "#", "&a", "!!x"),
        *("一", "\U0001f600", "\x00", "\x85", "\u2028", "\ud800", "9" * 400, "1e999", "-1", "''", '"', "~", "null"),
    ]
)
SCALARS = st.one_of(WORDS, st.text(max_size=12))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: "[" + ", ".join(items) + "]"),
        st.dictionaries(SCALARS, inner, max_size=4).map(
            lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"
        ),
    ),
    max_leaves=12,
)
LINES = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["", "- ", "? ", "| "]), WORDS, TREES), max_size=8).map(
    lambda lines: "".join(f"{'  ' * depth}{mark}{name}: {tree}\n" for depth, mark, name, tree in lines)
)
PAGES = st.one_of(LINES, TREES, st.text(max_size=200))


def are_sound(problems: Problems, text: str) -> None:
    """Every finding has a code, a sentence, and a place that can be drawn."""
    lines = text.splitlines()
    for problem in problems:
        assert problem.code[0] in "FC"
        assert problem.code[1:].isdigit()
        assert problem.message
        assert problem.mark.line >= 1
        assert problem.mark.column >= 1
        assert render(problem, lines)


@given(PAGES)
def test_any_text_is_settings_or_findings(text: str) -> None:
    found, problems = config.read(text, SITE, SECRET)
    assert (found is None) == bool(problems.errors)
    are_sound(problems, text)


@given(PAGES)
def test_any_text_is_a_flow_or_findings(text: str) -> None:
    flow, problems = load(text, "x.yaml")
    assert (flow is None) == bool(problems.errors)
    are_sound(problems, text)


@given(st.data())
def test_settings_with_anything_cut_out_or_put_in_are_settings_or_findings(data: st.DataObject) -> None:
    text = (ROOT / "ivr" / "app" / "templates" / "ivr.yaml").read_text()
    text = text.replace("# ", "", data.draw(st.integers(0, 40)))
    start, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 60))
    broken = text[:start] + data.draw(SCALARS) + text[start + length :]
    found, problems = config.read(broken, SITE, SECRET)
    assert (found is None) == bool(problems.errors)
    are_sound(problems, broken)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "ami.secret").touch(0o600)
        yield Path(name)


@settings(max_examples=60)
@given(content=st.one_of(st.binary(max_size=300), PAGES.map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_a_file_of_any_bytes_is_read_or_refused_in_a_sentence(folder: Path, content: bytes) -> None:
    file = folder / "main.yaml"
    file.write_bytes(content)
    with suppress(SettingsError):
        config.load(file)
    with suppress(FlowError):
        load_files([file])
