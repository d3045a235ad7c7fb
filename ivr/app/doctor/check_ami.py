"""Judges what Asterisk says over AMI: its version, the user's rights, its modules, its clock."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.app.config import Settings
from ivr.app.doctor.facts import AmiFacts
from ivr.app.doctor.report import Finding, error, good, unknown, warning

NEEDED_ACTIONS = ("CoreShowChannels", "CoreSettings", "Originate", "Ping")
DANGEROUS_ACTIONS = ("Command", "UpdateConfig", "GetConfig", "ModuleLoad", "Reload", "DBPut", "AGI")
LEAST = "write  write = call,originate,reporting"
MOST_SKEW = 5.0  # seconds

NEEDED_MODULES = {
    "res_agi": "brings calls to the service (load res_speech.so before it)",
    "app_dial": "connects a caller with somebody",
    "format_wav": "writes recordings",
}
WANTED_MODULES = {
    "res_musiconhold": "plays music while a caller waits",
    "chan_pjsip": "speaks SIP; calls may come another way",
    "app_controlplayback": "stops music at the end of a wait and for an announcement, which otherwise come late",
}
SOUND_MODULES = {"ulaw": "format_pcm", "alaw": "format_pcm", "sln": "format_sln"}

# CVE-2024-42365: an AMI user with nothing but `originate` could write files and so run programs.
MENDED = {18: (18, 24, 2), 20: (20, 9, 2), 21: (21, 4, 2)}
MENDED_CERTIFIED = {18: (18, 9, 11), 20: (20, 7, 2)}
# The quick event filters, `eventfilter(name(...))`, came with these.
FILTERS = {18: (18, 26, 0), 20: (20, 11, 0), 21: (21, 6, 0), 22: (22, 1, 0)}
_CERTIFIED = re.compile(r"certified[/-](\d+)\.(\d+)-cert(\d+)")
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


def modules(settings: Settings) -> tuple[str, ...]:
    """The modules to ask about."""
    return tuple(dict.fromkeys([*NEEDED_MODULES, SOUND_MODULES[settings.asterisk.sound_format], *WANTED_MODULES]))


def check(facts: AmiFacts, settings: Settings) -> list[Finding]:
    """Everything that Asterisk said."""
    if not facts.reached:
        return [_unreached(facts, settings)]
    where = f"{settings.ami.host}:{settings.ami.port}"
    return [
        good("ami", f"logged in to Asterisk at {where} as {settings.ami.user}"),
        version(facts.version),
        *_rights(facts, settings),
        *_modules(facts, settings),
        *_clock(facts),
    ]


def _unreached(facts: AmiFacts, settings: Settings) -> Finding:
    fix = "is Asterisk running, and is the manager interface on?"
    if not settings.ami.secret.reveal():
        fix = f"write the secret of [{settings.ami.user}] into {settings.ami.secret_file}"
    what = f"{facts.trouble}: {facts.hint}" if facts.hint else facts.trouble
    return error("ami", what, f"{settings.file} (ami:)", fix)


def version(text: str) -> Finding:
    """Whether this version may be used at all."""
    certified, plain = _CERTIFIED.search(text), _VERSION.search(text)
    match = certified or plain
    if match is None:
        return unknown("version", f"'{text}' tells no version" if text else "Asterisk did not tell its version")
    number = tuple(int(part or 0) for part in match.groups())
    mended = (MENDED_CERTIFIED if certified else MENDED).get(number[0])
    if number[0] < 22 and (mended is None or number < mended):
        newer = f"go to {_dotted(mended, bool(certified))} or later, or to 22" if mended else "go to Asterisk 22"
        what = f"Asterisk {text} lets an AMI user who may originate run programs (CVE-2024-42365)"
        return error("version", what, "", newer)
    quick = FILTERS.get(number[0])
    if not certified and quick is not None and number < quick:
        what = f"Asterisk {text} does not know event filters by name: the service is sent every event"
        return warning("version", what, "", f"go to {_dotted(quick)} or later")
    return good("version", f"Asterisk {text}")


def _dotted(number: tuple[int, ...], certified: bool = False) -> str:
    return f"certified-{number[0]}.{number[1]}-cert{number[2]}" if certified else ".".join(map(str, number))


def _rights(facts: AmiFacts, settings: Settings) -> Iterator[Finding]:
    if facts.actions is None:
        yield unknown("rights", "Asterisk does not list what its user may do")
        return
    place = f"[{settings.ami.user}] in manager.conf"
    missing = [action for action in NEEDED_ACTIONS if action not in facts.actions]
    if missing:
        yield error(
            "rights", f"the user may not {', '.join(missing)}", place, "write  write = call,originate,reporting"
        )
    surplus = [action for action in DANGEROUS_ACTIONS if action in facts.actions]
    if surplus:
        what = f"the user may do what the service never does: {', '.join(surplus)}"
        yield warning("rights", what, place, LEAST)
    if not missing and not surplus:
        yield good("rights", f"the user may do what is needed, and nothing dangerous ({len(facts.actions)} actions)")


def _modules(facts: AmiFacts, settings: Settings) -> Iterator[Finding]:
    sound = settings.asterisk.sound_format
    needed = NEEDED_MODULES | {SOUND_MODULES[sound]: f"plays prompts, which are {sound}"}
    unseen = []
    for module, what_for in (needed | WANTED_MODULES).items():
        loaded = facts.modules.get(module)
        if loaded is None:
            unseen.append(module)
        elif not loaded:
            level = error if module in needed else warning
            fix = f"write  load = {module}.so  there, and restart Asterisk"
            yield level(
                "modules", f"{module} is not loaded: it {what_for}", f"{settings.asterisk.config}/modules.conf", fix
            )
    if unseen:
        fix = "load func_module.so, which lets the service's user see it"
        yield unknown("modules", f"whether these are loaded: {', '.join(unseen)}", fix)
    elif all(facts.modules.values()):
        yield good("modules", f"loaded: {', '.join(facts.modules)}")


def _clock(facts: AmiFacts) -> Iterator[Finding]:
    if facts.skew is not None and abs(facts.skew) > MOST_SKEW:
        what = (
            f"Asterisk's clock is {abs(facts.skew):.0f} s {'ahead of' if facts.skew > 0 else 'behind'} this machine's"
        )
        yield warning("clock", what, "", "let both follow the same time servers (chrony, systemd-timesyncd)")
    elif facts.skew is not None:
        yield good("clock", "Asterisk's clock and this machine's agree")
