"""``ivr fmt``: the pages of a folder laid out in one way, with every comment and every word as it was."""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from ivr.core.base.errors import FlowError
from ivr.core.document.format import formatted
from ivr.core.document.problems import Problems, render

MOST_BYTES = 2_000_000
SECTIONS = ("flow",)  # options of a page whose own options are sections
_STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Page:
    """A file, its text, its text when it is formatted (None when it cannot be), and findings as they are shown."""

    path: Path
    text: str
    good: str | None
    shown: tuple[str, ...]


@click.command(epilog="Example: ivr fmt  ivr fmt --check flows/")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 when a file would change.")
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; show what would change.")
@click.pass_context
def fmt(ctx: click.Context, paths: tuple[Path, ...], only_check: bool, show_diff: bool) -> None:
    """Lay out flows, and the pages beside them, in one way.

    PATHS are files or folders of them [default: flows]; - reads from the standard input and writes to the standard
    output, for editors. Comments, quotes and words stay as they are. A page with a mistake in its YAML is left as it
    is; its findings are shown, and the exit code is 1.
    """
    if _STDIN in paths:
        _filter(ctx, paths)
        return
    found = [file for path in paths or (Path("flows"),) for file in _files(path)]
    if not found:
        raise click.UsageError("there is no page here; name a file, or a folder with .yaml files")
    pages = [formatted_page(path, _read(path)) for path in dict.fromkeys(found)]
    changed = [page for page in pages if page.good not in (None, page.text)]
    for page in pages:
        for shown in page.shown:
            click.echo(shown + "\n", err=True)
    for page in changed:
        if show_diff:
            click.echo("".join(diff(page)), nl=False)
        elif only_check:
            click.echo(f"would change {page.path}")
        else:
            write(page.path, page.good or "")
            click.echo(f"changed {page.path}")
    failed = any(page.good is None for page in pages)
    ctx.exit(1 if failed or (only_check and changed) else 0)


def formatted_page(path: Path, text: str) -> Page:
    """A page and what it should look like."""
    problems = Problems()
    good = formatted(text, str(path), problems, SECTIONS)
    return Page(path, text, good, tuple(render(problem, text.splitlines()) for problem in problems))


def diff(page: Page) -> Iterator[str]:
    """What would change, as a unified diff."""
    for line in difflib.unified_diff(
        page.text.splitlines(keepends=True), (page.good or "").splitlines(keepends=True), str(page.path), str(page.path)
    ):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def write(path: Path, text: str) -> None:
    """Puts a text in the place of a file at once: readers see the old page or the new one. Raises FlowError."""
    target = path.resolve()  # a link stays one
    try:
        known = target.stat()
        number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
        try:
            with os.fdopen(number, "w", encoding="utf-8", newline="") as stream:
                os.fchmod(number, known.st_mode & 0o7777)
                with suppress(PermissionError):
                    os.fchown(number, known.st_uid, known.st_gid)
                stream.write(text)
                stream.flush()
                os.fsync(number)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FlowError(f"{path} cannot be written: {error.strerror}", hint="it is as it was") from error


def _files(path: Path) -> list[Path]:
    from ivr.app.flows import pages

    return pages(path) if path.is_dir() else [path]


def _filter(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    """From the standard input to the standard output; a page that cannot be formatted comes out as it went in."""
    if len(paths) > 1:
        raise click.UsageError("- stands alone")
    text = _decoded(sys.stdin.buffer.read(MOST_BYTES + 1), _STDIN)
    page = formatted_page(_STDIN, text)
    for shown in page.shown:
        click.echo(shown + "\n", err=True)
    click.echo(text if page.good is None else page.good, nl=False)
    ctx.exit(1 if page.good is None else 0)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return _decoded(stream.read(MOST_BYTES + 1), path)
    except OSError as error:
        raise FlowError(f"{path} cannot be read: {error.strerror}") from error


def _decoded(content: bytes, path: Path) -> str:
    if len(content) > MOST_BYTES:
        raise FlowError(f"{path} is larger than {MOST_BYTES:,} bytes", hint="a flow is a page, not a database")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FlowError(f"{path} is not UTF-8 text (byte {error.start})", hint="save it as UTF-8") from error
