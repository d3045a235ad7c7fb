"""The docs say what is there: commands, options, links, events, engines."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ivr.app import command_reference, config, voices
from ivr.app.cli.main import cli
from ivr.core.base.events import Event
from ivr.core.calls import events
from tests.house.pages import ROOT, Block, blocks, pages

COMMANDS = {name.removeprefix("ivr "): command for name, command in command_reference.commands(cli)}
PLANNED = {"which"}  # the worked example of contributing.md
TEXT = {page: page.read_text(encoding="utf-8") for page in pages()}
CODE = [block for page in pages() for block in blocks(page)]
_SPANS = re.compile(r"`(ivr [^`]*)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PLACEHOLDER = re.compile(r"^[A-Z]+$")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_and_an_example(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert command.get_short_help_str()
    if not isinstance(command, click.Group):
        assert command.epilog
        examples = re.findall(r"(?:(?<=  )|(?<=: ))(ivr .*?)(?=  |$)", command.epilog)
        assert examples
        for example in examples:
            assert example.startswith(f"ivr {name}"), example
            understood(example)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_options_of_a_command_are_explained(name: str) -> None:
    unsaid = [item.name for item in COMMANDS[name].params if isinstance(item, click.Option) and not item.help]
    assert not unsaid


def test_the_page_of_the_commands_is_fresh() -> None:
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == command_reference.page(), (
        "run: python -m ivr.app.command_reference > docs/commands.md"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_named_in_the_docs(name: str) -> None:
    assert any(f"ivr {name}" in text for text in TEXT.values()), "no page speaks of it"


def understood(line: str) -> None:
    """Reads a command line as click does, without running it. Raises click.UsageError."""
    words = shlex.split(line, comments=True)[1:]
    words = words[: words.index(">")] if ">" in words else words
    command: click.Command = cli
    context = click.Context(cli, info_name="ivr")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            raise click.UsageError(f"there is no command {words[0]}")
        context, command, words = click.Context(found, parent=context), found, words[1:]
    shown = {"--help", "--version"} & set(words)
    if shown or isinstance(command, click.Group):
        return
    given, rest, _ = command.make_parser(context).parse_args(list(words))
    if rest:
        raise click.UsageError(f"too many words: {rest}")
    for parameter in command.params:
        value = given.get(parameter.name or "")
        if value is None and parameter.required:
            raise click.UsageError(f"{parameter.name} is missing")
        if isinstance(parameter, click.Option) and isinstance(parameter.type, click.Choice) and value:
            parameter.type.convert(value, parameter, context)


def command_lines() -> Iterator[tuple[Block, str]]:
    """Every ``ivr …`` of the shell blocks, joined when it goes on in the next line."""
    for block in CODE:
        if block.kind not in ("", "sh", "console", "shell"):
            continue
        for line in block.body.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|\|\||[;|]", line.removeprefix("$ ")):
                found = re.match(r"\s*(?:\S*/)?(ivr\s.*)", part)
                if found:
                    yield block, re.split(r" {2,}", found[1])[0]  # what follows is said about it


@pytest.mark.parametrize(("block", "line"), [*command_lines()], ids=str)
def test_a_command_line_of_the_docs_can_be_typed(block: Block, line: str) -> None:
    try:
        understood(line)
    except click.UsageError as error:
        raise AssertionError(f"{block}: {line}: {error.format_message()}") from error


@pytest.mark.parametrize("page", TEXT, ids=lambda page: str(page.name))
def test_a_command_in_a_sentence_exists(page: Path) -> None:
    for span in _SPANS.findall(TEXT[page]):
        words = [word for word in span.split()[1:] if re.fullmatch(r"[a-z][a-z-]*", word)]
        if words:
            assert words[0] in COMMANDS or words[0] in PLANNED, span
        options = {option for command in COMMANDS.values() for item in command.params for option in item.opts}
        unknown = {word for word in span.split() if word.startswith("--")} - options - {"--help", "--version"}
        assert not unknown, f"`{span}`: {unknown}"


def anchors(text: str) -> set[str]:
    """The names of a page's headings, as links have them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", text, re.M)
    }


@pytest.mark.parametrize("page", TEXT, ids=lambda page: str(page.name))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(re.sub(r"```.*?```", "", TEXT[page], flags=re.DOTALL)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        goal = (page.parent / name).resolve() if name else page
        assert goal.exists(), link
        if anchor:
            assert anchor in anchors(goal.read_text(encoding="utf-8")), link


def test_every_page_is_reached_by_a_link() -> None:
    linked = {Path(link.partition("#")[0]).name for text in TEXT.values() for link in _LINK.findall(text)}
    assert {page.name for page in TEXT if page.name != "README.md"} - linked == set()


@pytest.mark.parametrize("name", re.findall(r"`(ivr/[\w/.]+|tests/[\w/.]+|bench/[\w/.]+)`", "".join(TEXT.values())))
def test_a_file_that_the_docs_name_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_the_map_of_the_architecture_names_what_is_there() -> None:
    part = TEXT[ROOT / "docs" / "architecture.md"].split("## Where things are\n")[1].split("What comes later")[0]
    named = re.findall(r"`((?:core|services|adapters|app)/[\w/.]+)`", part)
    assert len(named) > 20
    assert [name for name in named if not (ROOT / "ivr" / name).exists()] == []


EVENTS = [item for item in vars(events).values() if isinstance(item, type) and issubclass(item, Event)]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event.__name__))
def test_every_event_says_what_happened(event: type[Event]) -> None:
    said = inspect.getdoc(event)
    assert said
    assert said != inspect.getdoc(Event) or event is Event
    assert not said.startswith(f"{event.__name__}("), "a dataclass says its fields when nobody else says anything"


def test_what_the_settings_name_as_an_engine_can_be_made() -> None:
    assert set(config.ORDER) <= set(config.ENGINES) == {"recorded", *voices.ENGINES}
