"""Judges Asterisk's own configuration files: the manager's user, and the dialplan that hands calls over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.adapters.asterisk.ami import NEEDED_EVENTS
from ivr.adapters.asterisk.ringing import CONTEXT
from ivr.app import fragments
from ivr.app.config import Settings
from ivr.app.config_fields import is_loopback
from ivr.app.doctor.asterisk_files import AsteriskFile, Entry, Section
from ivr.app.doctor.facts import Files
from ivr.app.doctor.report import Finding, error, good, unknown, warning

NEEDED_READ = ("system", "call", "dtmf")
NEEDED_WRITE = ("originate", "reporting")
TOO_MUCH = ("all", "system", "command", "config", "agi", "dialplan", "user")
_LEAST = {"read": "read = system,call,dtmf", "write": "write = call,originate,reporting"}
ANYWHERE = ("0.0.0.0", "::", "")
_AGI = re.compile(r"agi://(\[[^\]]+\]|[^,)/:\s]+)(?::(\d+))?")
_FILTER = re.compile(r"eventfilter\((.*)\)", re.IGNORECASE)
_FILTER_NAME = re.compile(r"name\(([^)]*)\)")
_YES = ("yes", "true", "y", "t", "1", "on")


def check(files: Files | None, settings: Settings) -> list[Finding]:
    """Everything that the files say and should not, or do not say and should."""
    if files is None:
        what = f"Asterisk's configuration is not in {settings.asterisk.config}"
        return [unknown("files", what, f"say where it is: asterisk: {{config: FOLDER}} in {settings.file}")]
    found = [*_troubles(files.manager), *_troubles(files.extensions)]
    found += _manager(files.manager, settings)
    found += _dialplan(files, settings)
    return found


def _troubles(file: AsteriskFile) -> Iterator[Finding]:
    if not file.exists:
        return
    for where, what in file.troubles[:20]:
        yield warning("files", what, where)


def _unread(name: str, file: AsteriskFile) -> list[Finding] | None:
    """The finding for a file that is missing or locked away."""
    if not file.exists:
        return [error(name, f"there is no {file.path}", str(file.path))]
    if not file.files:
        return [unknown(name, f"{file.path} may not be read by you", "run `ivr doctor` as root")]
    return None


def _manager(file: AsteriskFile, settings: Settings) -> list[Finding]:
    if (unread := _unread("manager", file)) is not None:
        return unread
    found = list(_general(file, settings))
    user = file.section(settings.ami.user)
    if user is None or user.template:
        fix = (
            f'add the line  #include "manager-ivr.conf"  and copy {settings.home}/asterisk/manager-ivr.conf\n'
            'beside it, then  asterisk -rx "manager reload"'
        )
        found.append(error("manager", f"there is no user [{settings.ami.user}]", str(file.path), fix))
    else:
        found += [*_secret(user, settings), *_access(user), *_rights(user), *_filters(user)]
    return found or [
        good("manager", f"{file.path} has the user [{settings.ami.user}], and it agrees with the settings")
    ]


def _general(file: AsteriskFile, settings: Settings) -> Iterator[Finding]:
    entry = file.last("general", "enabled")
    if entry is None or entry.value.lower() not in _YES:
        where = entry.where if entry else str(file.path)
        yield error("manager", "the manager interface is off", where, "write  enabled = yes  under [general]")
    entry = file.last("general", "port")
    if int(entry.value if entry and entry.value.isdigit() else 5038) != settings.ami.port:
        where = entry.where if entry else str(file.path)
        what = f"Asterisk listens on port {entry.value if entry else 5038}, the settings say {settings.ami.port}"
        yield error("manager", what, where, f"make ami: {{port: ...}} in {settings.file} the same")
    entry = file.last("general", "bindaddr")
    address = entry.value if entry else ""
    where = entry.where if entry else str(file.path)
    if address in ANYWHERE:
        what = "the manager interface can be reached from every network of this machine"
        yield warning("manager", what, where, "write  bindaddr = 127.0.0.1  under [general]")
    elif is_loopback(settings.ami.host) and not is_loopback(address):
        what = f"Asterisk listens on {address}, the settings say {settings.ami.host}"
        yield error("manager", what, where, f"make ami: {{host: ...}} in {settings.file} the same")


def _secret(user: Section, settings: Settings) -> Iterator[Finding]:
    entry = _last(user, "secret")
    secret = settings.ami.secret.reveal()
    if entry is None or not entry.value:
        yield error(
            "manager", f"[{user.name}] has no secret", user.where, f"write the one of {settings.ami.secret_file}"
        )
    elif secret and entry.value != secret:
        what = f"the secret of [{user.name}] is not the one of {settings.ami.secret_file}"
        yield error("manager", what, entry.where, 'make both the same, then  asterisk -rx "manager reload"')


def _access(user: Section) -> Iterator[Finding]:
    names = {entry.name.lower() for entry in user.entries}
    if not names & {"permit", "acl"} or ("acl" not in names and "deny" not in names):
        fix = "write  deny = 0.0.0.0/0.0.0.0  and  permit = 127.0.0.1/255.255.255.255"
        yield warning("manager", f"[{user.name}] may log in from anywhere", user.where, fix)


def _rights(user: Section) -> Iterator[Finding]:
    for kind, needed in (("read", NEEDED_READ), ("write", NEEDED_WRITE)):
        entry = _last(user, kind)
        classes = {word.strip().lower() for word in entry.value.split(",")} if entry else set()
        where = entry.where if entry else user.where
        missing = [] if "all" in classes else [name for name in needed if name not in classes]
        if missing:
            fix = f"write  {_LEAST[kind]}"
            yield error("manager", f"[{user.name}] has no {kind} right to {', '.join(missing)}", where, fix)
        surplus = sorted(classes & set(TOO_MUCH)) if kind == "write" else sorted(classes & {"all"})
        if surplus:
            what = f"[{user.name}] has {kind} rights that are not needed: {', '.join(surplus)}"
            yield warning("manager", what, where, f"write  {_LEAST[kind]}")


def _filters(user: Section) -> Iterator[Finding]:
    passed, places = set(), []
    for entry in user.entries:
        if entry.name.lower() == "eventfilter":
            yield warning("manager", "an event filter of the old, slow kind: it is not judged here", entry.where)
            return
        if (match := _FILTER.fullmatch(entry.name)) and "exclude" not in match[1].lower():
            places.append(entry)
            passed |= set(_FILTER_NAME.findall(match[1]))
    if not places:
        fix = "\n".join(f"eventfilter(name({event})) =" for event in NEEDED_EVENTS)
        yield warning("manager", f"[{user.name}] has no event filter: it is sent every event", user.where, fix)
        return
    if missing := [event for event in NEEDED_EVENTS if event not in passed]:
        fix = "\n".join(f"eventfilter(name({event})) =" for event in missing)
        what = f"the filters of [{user.name}] keep away {', '.join(missing)}"
        yield error("manager", what, places[-1].where, fix)


def _dialplan(files: Files, settings: Settings) -> list[Finding]:
    file = files.extensions
    if (unread := _unread("dialplan", file)) is not None:
        return unread
    handed = list(_agi_places(file))
    if not handed:
        fix = (
            f'add the line  #include "extensions-ivr.conf"  and copy {settings.home}/asterisk/extensions-ivr.conf\n'
            'beside it, then  asterisk -rx "dialplan reload"'
        )
        return [error("dialplan", "nothing hands a call to the service", str(file.path), fix)]
    ours = [entry for entry, host, port in handed if _is_ours(host, port, settings)]
    found: list[Finding] = []
    if not ours:
        entry, host, port = handed[0]
        what = f"calls go to {host}:{port}, and the service takes them on {settings.agi.host}:{settings.agi.port}"
        found.append(error("dialplan", what, entry.where, f"make agi: in {settings.file} or this line the same"))
    elif not _leads_to(files, _context_of(file, ours[0])):
        name = _context_of(file, ours[0])
        fix = f"where your calls arrive:  exten => 100,1,Goto({name},${{EXTEN}},1)"
        found.append(warning("dialplan", f"no number and no endpoint leads to [{name}]", ours[0].where, fix))
    if file.section(CONTEXT) is None:
        what = f"there is no context [{CONTEXT}]: agents' phones would ring, and nobody could talk to them"
        fix = f'copy it from {fragments.DIALPLAN} of this version, then  asterisk -rx "dialplan reload"'
        found.append(error("dialplan", what, str(file.path), fix))
    return found or [good("dialplan", f"calls are handed to {settings.agi.host}:{settings.agi.port} ({ours[0].where})")]


def _agi_places(file: AsteriskFile) -> Iterator[tuple[Entry, str, int]]:
    for section in file.sections:
        for entry in section.entries:
            for host, port in _AGI.findall(entry.value):
                yield entry, host.strip("[]"), int(port or 4573)


def _is_ours(host: str, port: int, settings: Settings) -> bool:
    same = host == settings.agi.host or (is_loopback(host) and is_loopback(settings.agi.host))
    return port == settings.agi.port and (same or settings.agi.host in ANYWHERE)


def _context_of(file: AsteriskFile, entry: Entry) -> str:
    """The context that calls enter: the one that calls the given entry's context, when it only holds settings."""
    name = next(section.name for section in file.sections if entry in section.entries)
    callers = [
        section.name
        for section in file.sections
        for other in section.entries
        if re.search(rf"Gosub\({re.escape(name)},", other.value, re.IGNORECASE)
    ]
    return callers[0] if callers else name


def _leads_to(files: Files, context: str) -> bool:
    """Whether something outside the context goes there: a Goto, an include, or an endpoint's context."""
    goes = re.compile(rf"(?:Goto|GotoIf|Gosub|Dial)\b.*\b{re.escape(context)},", re.IGNORECASE)
    for section in files.extensions.sections:
        if section.name == context:
            continue
        for entry in section.entries:
            if goes.search(entry.value) or (entry.name == "include" and entry.value == context):
                return True
    return any(
        entry.name == "context" and entry.value == context
        for section in files.pjsip.sections
        for entry in section.entries
    )


def _last(section: Section, name: str) -> Entry | None:
    return next((entry for entry in reversed(section.entries) if entry.name.lower() == name), None)
