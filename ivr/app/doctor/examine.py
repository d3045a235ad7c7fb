"""The whole examination: the settings first, then everything they name, each looked at and then judged."""

from __future__ import annotations

from pathlib import Path

from ivr.adapters.system.clock import SystemClock
from ivr.app.config import Settings, SettingsError, read, read_file
from ivr.app.doctor import (
    check_ami,
    check_files,
    check_machine,
    check_outside,
    gather_ami,
    gather_machine,
    gather_outside,
    gather_speech,
)
from ivr.app.doctor.report import Finding, Level, error, exit_code, good
from ivr.core.document.problems import Problem, Severity


async def examine(file: Path) -> tuple[list[Finding], int]:
    """Every finding, and the exit code that goes with them."""
    try:
        settings, problems = read(read_file(file), file)
    except SettingsError as trouble:
        return [_from_problem(problem) for problem in trouble.problems], exit_code([], reached=False)
    found = [_from_problem(problem) for problem in problems]
    if settings is None:
        return found, exit_code(found, reached=True)
    found = found or [good("settings", f"{file} has no mistakes")]
    ami = await gather_ami.gather(settings, check_ami.modules(settings), SystemClock())
    found += check_ami.check(ami, settings)
    found += check_files.check(gather_machine.files(settings), settings)
    found += await _rest(settings)
    return found, exit_code(found, reached=ami.reached)


async def _rest(settings: Settings) -> list[Finding]:
    machine = await gather_machine.machine(settings)
    speech = await gather_speech.gather(settings)
    return [
        *check_machine.check(machine, settings),
        *check_machine.check_speech(speech, settings),
        *check_outside.check(await gather_outside.gather(settings), settings),
    ]


def _from_problem(problem: Problem) -> Finding:
    where = f"{problem.mark.file}:{problem.mark.line}:{problem.mark.column}"
    what = f"{problem.message} ({problem.code})"
    if problem.severity is Severity.WARNING:
        return Finding("settings", Level.WARNING, what, where, problem.hint)
    return error("settings", what, where, problem.hint)
