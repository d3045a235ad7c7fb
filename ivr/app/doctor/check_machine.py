"""Judges this machine: rights of files, folders shared with Asterisk, ports, disk."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.app.config import Settings
from ivr.app.doctor.facts import Machine, Place, Speech, User
from ivr.app.doctor.report import Finding, error, good, unknown, warning

READ, WRITE_IN = 4, 3
LITTLE_MB, TOO_LITTLE_MB = 2000, 200


def check(machine: Machine, settings: Settings) -> list[Finding]:
    """Everything about this machine."""
    return [
        *_private("token", machine.token, settings),
        *_private("secret", machine.secret, settings),
        *_folders(machine, settings),
        *_ports(machine, settings),
        *_disk(machine),
    ]


def _private(name: str, place: Place, settings: Settings) -> Iterator[Finding]:
    if place.mode is None:
        if name == "token":
            yield good("token", "the service writes its token when it starts")
        return
    if place.mode & 0o077:
        what = f"others than its owner may use {place.path} ({place.shown_mode})"
        yield error(name, what, str(place.path), f"chmod 600 {place.path}")
    else:
        yield good(name, f"only its owner can read {place.path}")


def _folders(machine: Machine, settings: Settings) -> Iterator[Finding]:
    yield from _service_folders(machine)
    here = ((machine.prompts, settings.asterisk.prompts), (machine.recordings, settings.asterisk.recordings))
    if machine.asterisk is None or any(str(place.path) != there for place, there in here):
        what = f"whether Asterisk sees {settings.asterisk.prompts} and {settings.asterisk.recordings}"
        yield unknown("folders", what, "it must read the first and write the second; place a call to see")
        return
    sound = [
        *_reach(machine.prompts, machine.asterisk, READ | 1, "read prompts in"),
        *_reach(machine.recordings, machine.asterisk, WRITE_IN, "write recordings into"),
    ]
    yield from sound
    if not sound:
        yield good("folders", "Asterisk can read prompts and write recordings")


def _service_folders(machine: Machine) -> Iterator[Finding]:
    for place in (machine.data, machine.prompts, machine.recordings):
        if not place.exists:
            parent = next((above for above in place.above if above.exists), None)
            if parent is None or machine.service is None or not parent.allows(machine.service, WRITE_IN):
                fix = f"mkdir -p {place.path}, and give it to the service's user"
                yield error("folders", f"there is no {place.path}", str(place.path), fix)
        elif machine.service is not None:
            yield from _reach(place, machine.service, WRITE_IN, "write into")


def _reach(place: Place, user: User, wanted: int, doing: str) -> Iterator[Finding]:
    if not place.exists:
        return
    barrier = place.blocked(user, wanted)
    if barrier is None:
        return
    what = f"the user {user.name} cannot {doing} {place.path}: {barrier.path} is {barrier.shown_mode}"
    if barrier is not place:
        fix = f"chmod o+x {barrier.path}"
    else:
        mode = "2770" if wanted & 2 else "2750"
        fix = f"chgrp {user.name} {place.path} && chmod {mode} {place.path}"
    yield error("folders", what, str(barrier.path), fix)


def _ports(machine: Machine, settings: Settings) -> Iterator[Finding]:
    ports = {settings.agi.port: "agi", settings.control.port: "control"}
    strange = [port for port in ports if port in machine.taken]
    if machine.serving:
        yield good("ports", "the service is running and answers")
    elif strange:
        for port in strange:
            what = f"port {port} is taken, and not by a service that answers to these settings"
            fix = f"see who has it:  ss -ltnp 'sport = :{port}'\nor change {ports[port]}: {{port: ...}}"
            yield error("ports", what, f"{settings.file} ({ports[port]}:)", fix)
    else:
        yield good("ports", f"{' and '.join(map(str, ports))} are free; the service is not running")


def _disk(machine: Machine) -> Iterator[Finding]:
    found = False
    for place in (machine.data, machine.recordings):
        if place.free_mb is not None and place.free_mb < LITTLE_MB:
            found = True
            level = error if place.free_mb < TOO_LITTLE_MB else warning
            fix = "make room, or keep recordings for fewer days (retention:)"
            yield level("disk", f"{place.free_mb} MB are free for {place.path}", str(place.path), fix)
    if not found and machine.data.free_mb is not None:
        yield good("disk", f"{machine.data.free_mb:,} MB are free for {machine.data.path}")


def check_speech(speech: Speech, settings: Settings) -> list[Finding]:
    """Whether the flows can be run, and whether there is a voice for each language that they speak."""
    fix = f"ivr check --config {settings.file}"
    found = [error("flows", f"{file} has mistakes", file, fix) for file in speech.broken]
    if not speech.flows and not speech.broken:
        found.append(
            error("flows", f"there is no flow in {settings.flows}", str(settings.flows), "ivr init DIR writes one")
        )
    elif not found:
        languages = ", ".join(sorted(speech.languages))
        found.append(good("flows", f"{speech.flows} without a mistake, in {languages}"))
    if "pyttsx3" not in settings.prompts.order:
        return found
    if speech.voices is None:
        fix = "install the engine's library:  apt-get install espeak-ng libespeak-ng1"
        return [*found, error("voices", f"the speech engine does not start: {speech.trouble}", "", fix)]
    for language in sorted(speech.languages):
        voice = speech.voices.get(language, "")
        if voice:
            found.append(good("voices", f"{language} is spoken by {voice}"))
        else:
            fix = f"prompts: {{voices: {{{language}: NAME}}}}, or recordings under flows/prompts/{language}"
            found.append(error("voices", f"the engine has no voice for {language}", str(settings.file), fix))
    return found
