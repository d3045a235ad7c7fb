"""``ivr prompts``: what flows say, what a recording of each text is called, and where its sound comes from now."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.app.cli.options import config_option

if TYPE_CHECKING:
    from ivr.app.config import Settings
    from ivr.app.prompts import Prompt

TEXT_WIDTH = 60


@click.command(epilog="Examples: ivr prompts --unrecorded   ivr prompts --render")
@config_option
@click.option("--render", is_flag=True, help="Make all sounds now, so that the service starts at once.")
@click.option("--unrecorded", is_flag=True, help="Only texts without a recording: a list for the recording studio.")
@click.option("--words", is_flag=True, help="Also the single words that values are read aloud with.")
@click.option("--language", metavar="LANGUAGE", help="Only this language, such as en.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def prompts(ctx: click.Context, /, config: Path | None, language: str | None, **chosen: bool) -> None:
    """Show what flows say and where each sound comes from.

    A recording is a file with the name that is shown, under flows/prompts/LANGUAGE: wav with 16 bits at any usual
    rate, or ulaw, alaw or sln. Its name changes with the text, so an old recording is never played for new words.
    Exit code 1 when a recording cannot be used or nothing can speak a text.
    """
    from ivr.app.config import load

    found = asyncio.run(_look(load(config), render=chosen["render"], words=chosen["words"]))
    shown = [
        prompt
        for prompt in found["prompts"]
        if language in (None, prompt.line.language) and not (chosen["unrecorded"] and prompt.source == "recorded")
    ]
    if chosen["as_json"]:
        document = {**found, "prompts": [_document(prompt) for prompt in shown]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))
    else:
        _show(shown, found)
    mute = any(not prompt.source or (prompt.fault and not prompt.fault.usable) for prompt in found["prompts"])
    ctx.exit(1 if mute or found["failed"] else 0)


async def _look(settings: Settings, *, render: bool, words: bool) -> dict[str, Any]:
    from ivr.adapters.speech.recorded import RecordedPrompts
    from ivr.adapters.system.clock import SystemClock
    from ivr.app.flows import load_folder
    from ivr.app.prompts import known_ahead, lines, strays, survey
    from ivr.app.voices import Voices
    from ivr.core.acd.setup import NO_SETUP
    from ivr.core.base.errors import FlowError

    loaded = load_folder(settings.flows, settings)
    if loaded.broken:
        raise FlowError("the flows cannot be read:\n" + "\n".join(loaded.shown), hint="`ivr check` shows the same")
    flows, setup = loaded.flows.values(), loaded.bundle.setup if loaded.bundle else NO_SETUP
    recorded = RecordedPrompts(settings.flows / "prompts")
    voices = Voices(settings, SystemClock())
    voice = voices.over(recorded.folder)
    try:
        failed = await voice.prepare(known_ahead(flows, setup), _progress) if render else 0
        found = await survey(lines(flows, setup, words=words), voice, recorded)
    finally:
        await voices.aclose()
    unused = strays(lines(flows, setup, words=True), recorded)
    return {"folder": recorded.folder, "prompts": found, "unused": unused, "failed": failed}


def _progress(done: int, total: int) -> None:
    """A line that counts up at a terminal, and a line at the end elsewhere."""
    terminal = sys.stderr.isatty()
    if terminal or done == total:
        click.echo(f"\rrendering {done} of {total}" if terminal else f"rendered {total}", err=True, nl=done == total)


def _document(prompt: Prompt) -> dict[str, Any]:
    line = prompt.line
    return {
        "flow": line.flow,
        "section": line.section,
        "language": line.language,
        "text": line.text,
        "file": str(prompt.file),
        "source": prompt.source or None,
        "ready": prompt.made,
        "fault": f"{prompt.fault.message}; {prompt.fault.hint}" if prompt.fault else None,
    }


def _show(shown: list[Prompt], found: dict[str, Any]) -> None:
    heading = ""
    for prompt in shown:
        line = prompt.line
        if (where := f"{line.flow} {line.section}".strip()) != heading:
            heading = where
            click.echo(f"{heading}:")
        state = {"recorded": "recorded", "": "NO VOICE"}.get(prompt.source, "spoken" if prompt.made else "not yet")
        text = line.text if len(line.text) <= TEXT_WIDTH else line.text[: TEXT_WIDTH - 1] + "…"
        click.echo(f"  {line.language:<5} {state:<9} {text}")
        click.echo(f"  {'':<15} {prompt.file.relative_to(found['folder'])}")
        if prompt.fault:
            click.echo(f"  {'':<15} {prompt.fault.message}: {prompt.fault.hint}")
    for path in found["unused"]:
        click.echo(f"no text asks for {path}: its wording was changed, or the name is mistyped")
    click.echo(_sum(found["prompts"], found["folder"]))


def _sum(prompts: list[Prompt], folder: Path) -> str:
    recorded = sum(prompt.source == "recorded" for prompt in prompts)
    mute = sum(not prompt.source for prompt in prompts)
    waiting = sum(bool(prompt.source) and not prompt.made for prompt in prompts)
    told = f"{len(prompts)} texts, {recorded} recorded under {folder}"
    told += f", {waiting} to be made when the service starts or with --render" if waiting else ", all ready"
    return told + (f", {mute} that nothing can speak: look at prompts: in the settings" if mute else "")
