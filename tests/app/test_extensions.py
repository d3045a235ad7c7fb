"""Kinds of action and sources of other packages: the example of docs/extending.md, and packages with mistakes."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.adapters.memory.source import MemorySource
from ivr.app import extensions
from ivr.app.cli.main import cli
from ivr.app.flows import load_files
from ivr.core.base.errors import ExtensionError
from ivr.core.calls.events import ActionDone, PromptPlayed
from ivr.core.flow import kinds
from ivr.services.ports import SourceFailed
from tests.house.pages import ROOT, blocks
from tests.services.calls import call

PAGE = {block.file: block.body for block in blocks(ROOT / "docs" / "extending.md") if block.file}
FLOW = PAGE["flows/main.yaml"]


def installed(site: Path, name: str = "ivr-loyalty", project: str = PAGE["pyproject.toml"]) -> None:
    """Puts into a folder what an installer writes of a package: its modules and its entry points."""
    for file, body in PAGE.items():
        if file.startswith("ivr_loyalty/"):
            (site / file).parent.mkdir(exist_ok=True)
            (site / file).write_text(body)
    (site / "ivr_loyalty" / "__init__.py").touch()
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    groups = tomllib.loads(project)["project"]["entry-points"]
    lines = [
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in of.items()) for group, of in groups.items()
    ]
    (info / "entry_points.txt").write_text("".join(lines))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in which packages are installed; what they bring is forgotten afterwards."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = dict(kinds.KINDS)
    extensions.load.cache_clear()
    yield folder
    extensions.load.cache_clear()
    for name in kinds.KINDS.keys() - before.keys():
        del kinds.KINDS[name]
    for name in [name for name in sys.modules if name.startswith("ivr_loyalty")]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The flow of the example in a folder of its own."""
    path = tmp_path / "flows" / "main.yaml"
    path.parent.mkdir()
    path.write_text(FLOW)
    return path


def test_the_example_is_read_and_has_no_finding(site: Path, page: Path) -> None:
    installed(site)
    loaded = load_files([page])
    assert loaded.shown == ()
    assert [action.kind for action in loaded.flows["main"].actions()][1] == "loyalty"


def test_without_the_package_its_word_is_unknown(site: Path, page: Path) -> None:
    assert [problem.code for problem in load_files([page]).problems] == ["F110"]


@pytest.mark.parametrize(
    ("answer", "heard", "outcome"),
    [
        (1200, ["Welcome to Acme.", "You have 1,200 points.", "Thank you for being with us.", "Goodbye."], "known"),
        (7, ["Welcome to Acme.", "You have 7 points.", "Goodbye."], "known"),
        (None, ["Welcome to Acme.", "You have no card with us yet.", "Goodbye."], "unknown"),
        (SourceFailed("timeout"), ["Welcome to Acme.", "Goodbye."], "failed"),
    ],
)
def test_the_example_asks_its_source_in_a_call(
    answer: object, heard: list[str], outcome: str, site: Path, page: Path
) -> None:
    installed(site)
    source = MemorySource(answer)
    told = call(text=load_files([page]).flows["main"], sources={"loyalty": source})
    assert [event.text for event in told.of(PromptPlayed)] == heard
    assert [done.outcome for done in told.of(ActionDone) if done.kind == "loyalty"] == [outcome]
    assert source.asked == [{"card": "+15551230001"}]


async def test_the_source_of_the_example_answers_from_its_file(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(site)
    with pytest.raises(SourceFailed, match="no file of points"):
        await extensions.sources()["loyalty"].ask({"card": "4711"}, 1.0)
    (tmp_path / "points.json").write_text('{"4711": 1200}')
    monkeypatch.setenv("LOYALTY_FILE", str(tmp_path / "points.json"))
    source = extensions.sources()["loyalty"]
    assert await source.ask({"card": "4711"}, 1.0) == 1200
    assert await source.ask({"card": "4712"}, 1.0) is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('loyalty: "{call.from}"', 'loyalty: "4711"', "X001"),
        ("as: points", "sa: points", "F021"),
        ("unknown: nobody", "unknown: nowhere", "F104"),
        ("points > 1000", 'points == "many"', "F123"),
        ("      as: points\n", "", "F020"),
        ("loyalty:", "loyality:", "F110"),
    ],
)
def test_the_example_is_checked_like_every_kind(old: str, new: str, code: str, site: Path, page: Path) -> None:
    installed(site)
    page.write_text(FLOW.replace(old, new, 1))
    assert code in [problem.code for problem in load_files([page]).problems]


def test_a_secret_for_the_example_is_found(site: Path, page: Path) -> None:
    installed(site)
    page.write_text("takes: {card: secret}\n" + FLOW.replace("{call.from}", "{card}"))
    assert [problem.code for problem in load_files([page]).problems] == ["F119"]


def test_the_example_is_tried_at_the_keyboard(site: Path, page: Path) -> None:
    installed(site)
    result = CliRunner().invoke(cli, ["simulate", str(page)], input="1200\n")
    assert result.exit_code == 0
    assert "loyalty is asked" in result.output
    assert "You have 1,200 points." in result.output


def test_editors_are_told_of_the_example(site: Path) -> None:
    installed(site)
    assert '"the number of the card' in CliRunner().invoke(cli, ["schema"]).output


@pytest.mark.slow
def test_the_example_is_known_to_commands_that_are_started(site: Path, page: Path) -> None:
    installed(site)
    path = os.pathsep.join([str(site), str(ROOT)])
    for words, said in ((["check", str(page)], "1 flow: 0 errors"), (["simulate", str(page)], "You have 5 points.")):
        found = subprocess.run(
            [sys.executable, "-m", "ivr", *words],
            input="5\n",
            env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 0, found.stderr
        assert said in found.stdout


@pytest.mark.slow
def test_the_example_keeps_the_house_rules(site: Path) -> None:
    installed(site)
    files = [str(site / file) for file in PAGE if file.endswith(".py")]
    settings = ["--config", str(ROOT / "pyproject.toml")]
    commands = (
        ["ruff", "check", "--no-cache", *settings, "--config", 'lint.isort.known-third-party=["ivr"]', *files],
        ["ruff", "format", "--no-cache", *settings, "--check", *files],
        ["mypy", "--strict", "--no-incremental", "--cache-dir=/dev/null", "--follow-imports=silent", *files],
    )
    for words in commands:
        found = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stdout + found.stderr


# Packages with mistakes


BROKEN = {
    "ivr_loyalty.nothing:Loyalty": "ModuleNotFoundError: No module named 'ivr_loyalty.nothing'",
    "ivr_loyalty.action:Nothing": "AttributeError: module 'ivr_loyalty.action' has no attribute 'Nothing'",
    "ivr_loyalty.bad:Loyalty": "ZeroDivisionError: division by zero",
    "ivr_loyalty.action:is_number": "it is no class of ivr.core.flow.model.Action with begin and exits",
    "ivr_loyalty.action:Action": "it is no class of ivr.core.flow.model.Action with begin and exits",
    "ivr_loyalty.odd:Plain": "it is no dataclass",
    "ivr_loyalty.odd:Other": "its kind is 'other', and its entry point is named 'loyalty'",
    "ivr_loyalty.odd:Silent": "it says nothing as its about, example",
    "ivr_loyalty.odd:Nameless": "it has no option 'loyalty', the value that stands beside its name",
}
ODD = """from dataclasses import dataclass
from ivr_loyalty.action import Loyalty
from ivr.core.flow.reading import NAME, option
from ivr.core.flow.model import Action

class Plain(Loyalty):
    pass

@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Other(Loyalty):
    kind = "other"

@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Silent(Loyalty):
    about = ""
    example = ""

@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nameless(Action):
    kind = "loyalty"
    about = "Nothing."
    example = "flow: {}"
    outcomes = {"done": "nowhere"}
    it: str = option(NAME, "something")
    begin = Loyalty.begin
    exits = Loyalty.exits
"""


@pytest.mark.parametrize("value", BROKEN)
def test_a_kind_that_cannot_be_used_is_told_with_its_package(value: str, site: Path, page: Path) -> None:
    installed(site, project=PAGE["pyproject.toml"].replace("ivr_loyalty.action:Loyalty", value))
    (site / "ivr_loyalty" / "bad.py").write_text("1 / 0\n")
    (site / "ivr_loyalty" / "odd.py").write_text(ODD)
    with pytest.raises(ExtensionError) as raised:
        load_files([page])
    assert raised.value.message.startswith(f"'loyalty' of ivr-loyalty 1.0 ({value}) cannot be used: ")
    assert BROKEN[value] in raised.value.message


@pytest.mark.parametrize(
    ("name", "why"),
    [("say", "there is an action 'say' already"), ("survey", "the name 'survey' is kept")],
)
def test_a_kind_whose_name_is_taken_is_refused(name: str, why: str, site: Path, page: Path) -> None:
    installed(
        site, project=PAGE["pyproject.toml"].replace('loyalty = "ivr_loyalty.action', f'{name} = "ivr_loyalty.action')
    )
    with pytest.raises(ExtensionError, match=why):
        load_files([page])


def test_two_packages_cannot_bring_the_same_kind(site: Path, page: Path) -> None:
    installed(site)
    installed(site, name="ivr-points", project=PAGE["pyproject.toml"].replace("action:Loyalty", "odd:Same"))
    (site / "ivr_loyalty" / "odd.py").write_text(ODD + "\nclass Same(Loyalty): pass\n")
    same = ODD.replace("class Silent", "class Same").replace('about = ""', "pass").replace('example = ""', "pass")
    (site / "ivr_loyalty" / "odd.py").write_text(same)
    with pytest.raises(ExtensionError, match=r"of ivr-points 1.0 .* there is an action 'loyalty' already"):
        load_files([page])


def test_a_broken_extension_is_a_sentence_and_exit_code_3(site: Path, page: Path) -> None:
    installed(site, project=PAGE["pyproject.toml"].replace("action:Loyalty", "nothing:Loyalty"))
    result = CliRunner().invoke(cli, ["check", str(page)])
    assert isinstance(result.exception, ExtensionError)  # `main` shows it, and exits with 3
    assert "uninstall" in result.exception.hint


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("ivr_loyalty.source:nothing", "AttributeError"),
        ("ivr_loyalty.odd:broken", "OSError: no such file"),
        ("ivr_loyalty.odd:empty", "what it gives has no  ask"),
        ("ivr_loyalty.odd:number", "TypeError: 'int' object is not callable"),
    ],
)
def test_a_source_that_cannot_be_opened_is_told_with_its_package(value: str, why: str, site: Path) -> None:
    installed(site, project=PAGE["pyproject.toml"].replace("ivr_loyalty.source:open_source", value))
    text = "number = 5\ndef empty(): return None\ndef broken(): raise OSError('no such file')\n"
    (site / "ivr_loyalty" / "odd.py").write_text(text)
    with pytest.raises(ExtensionError) as raised:
        extensions.sources()
    assert f"'loyalty' of ivr-loyalty 1.0 ({value}) cannot be used: " in raised.value.message
    assert why in raised.value.message


def test_a_source_cannot_take_the_place_of_ours(site: Path) -> None:
    project = PAGE["pyproject.toml"].replace('loyalty = "ivr_loyalty.source', 'fetch = "ivr_loyalty.source')
    installed(site, project=project)
    with pytest.raises(ExtensionError, match="there is a source 'fetch' already"):
        extensions.sources(["fetch", "lookup"])
