"""``ivr explain``: what a finding's code means, how bad it is, and a mistake with its mending."""

from __future__ import annotations

import json
import re
import textwrap

import click

from ivr.core.document.problems import Severity, suggestion
from ivr.core.flow.codes import CODES, WARNINGS
from ivr.core.flow.examples import EXAMPLES

WIDTH = 100
PLANS = "F290"  # the first code about the plan of a day, which is no page of the folder of flows
_AROUND = 2  # lines that are shown before and after a change


@click.command(epilog="Example: ivr explain F104  ivr explain")
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def explain(ctx: click.Context, code: str | None, as_json: bool) -> None:
    """Say what the CODE of a finding means, such as F104, with an example and how to mend it.

    Without CODE all codes are listed. Exit code 1 when there is no such code.
    """
    if code is None:
        click.echo(_pretty({code: _told(code) for code in sorted(CODES)}) if as_json else listing())
        return
    known = code.strip().upper()
    if known not in CODES:
        click.echo(f"there is no finding '{code}'; {_near(known)}", err=True)
        ctx.exit(1)
    click.echo(_pretty(_told(known)) if as_json else page(known))


def _near(written: str) -> str:
    beginning = [code for code in sorted(CODES) if written and code.startswith(written)]
    if beginning:
        return f"there are {', '.join(beginning)}"
    return suggestion(written, CODES) or "ivr explain  lists all codes"


def listing() -> str:
    """Every code on a line of its own, with its severity where that is not an error, and its first sentence."""
    lines = []
    for code in sorted(CODES):
        mark = "(warning) " if code in WARNINGS else ""
        lines.append(textwrap.shorten(f"{code}  {mark}{_first_sentence(CODES[code])}", WIDTH, placeholder=" …"))
    return "\n".join(line.replace(" ", "  ", 1) for line in lines)


def page(code: str) -> str:
    """What a code means, with the finding of an example as `ivr check` shows it, and the change that mends it."""
    parts = [f"{code}  {severity(code)}", textwrap.fill(CODES[code], WIDTH)]
    if code in EXAMPLES:
        parts += ["A mistake of this kind, as it is found:", *findings(code), "The same page, mended:", change(code)]
        for name, text in EXAMPLES[code].beside.items():
            parts += [f"with this {name} beside it:", textwrap.indent(text.rstrip(), "  ")]
    parts.append(_changed_by(code))
    return "\n\n".join(parts)


def severity(code: str) -> str:
    """How bad a finding is where a project does not say otherwise."""
    return (Severity.WARNING if code in WARNINGS else Severity.ERROR).value


def findings(code: str) -> list[str]:
    """The findings of an example, as they are shown."""
    example = EXAMPLES[code]
    return [textwrap.indent(shown, "  ") for shown in example.found(example.mistaken).shown]


def change(code: str) -> str:
    """The lines of an example that change, and those around them."""
    lines = EXAMPLES[code].change.splitlines()
    touched = [number for number, line in enumerate(lines) if line[0] != " "]
    shown = lines[max(0, touched[0] - _AROUND) : touched[-1] + _AROUND + 1]
    return textwrap.indent("\n".join(shown), "  ", lambda line: True)


def _changed_by(code: str) -> str:
    if code >= PLANS:
        return "It is about the plan of a day: `ivr simulate-day` plays none with an error in it, and flows go on."
    if code not in WARNINGS:
        return "An error keeps the flows of its folder from being used."
    return f"In checks.yaml beside the flows:  {code}: error  or  {code}: {{severity: off, because: the reason}}"


def _told(code: str) -> dict[str, object]:
    told: dict[str, object] = {"code": code, "severity": severity(code), "about": CODES[code]}
    if code in EXAMPLES:
        example = EXAMPLES[code]
        told["example"] = {"mistaken": example.mistaken, "mended": example.mended, "shown": findings(code)}
        if example.beside:
            told["beside"] = dict(example.beside)
    return told


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.])\s", text, maxsplit=1)[0]


def _pretty(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
