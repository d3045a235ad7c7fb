"""Settings: every one is a line here, with its default, the reader that checks it, and what it is for.

``ivr.yaml`` is read as text with places, so every mistake is found at once and shown with its line, column and fix.
What nobody wrote has the default. ``docs/settings.md`` is generated from these lines (`ivr.app.config_reference`).
Findings that any YAML file can have are ``C1nn`` here where the flow language says ``F0nn``.
"""
# ruff: noqa: RUF009 - `setting` and `section` make dataclass fields, which is what the rule cannot see

from __future__ import annotations

import os
import stat
from collections.abc import Mapping as Environment
from copy import copy
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from ivr.app.config_fields import (
    as_mapping,
    currency,
    days,
    host,
    is_loopback,
    path,
    per_language,
    period,
    place,
    routes,
    without,
    zone,
)
from ivr.app.config_outside import SecretPlace, databases, host_and_port, path_or_none, resolved, secrets
from ivr.core.base.dialling import Route
from ivr.core.base.errors import ConfigError
from ivr.core.base.secret import Secret
from ivr.core.document.fields import Options, Reader, choice, listed, name, options, whole, words, yes_no
from ivr.core.document.problems import Mark, Problem, Problems, Severity, render
from ivr.core.document.source import Node, Scalar, parse

T = TypeVar("T")
S = TypeVar("S")

_MOVED = {"numbers": "which flow answers which number stands in flows/numbers.yaml now: move the lines there"}
FILE_NAME = "ivr.yaml"
MOST_BYTES = 1_000_000
SECRET_VARIABLE = "IVR_AMI_SECRET"
ENGINES = ("recorded", "pyttsx3")  # `ivr.app.voices` makes them
ORDER = ("recorded", "pyttsx3")
GATES = ("binding", "advisory", "off")
SOUND_FORMATS = ("ulaw", "alaw", "sln")
VOICES = {"en": "", "zh": ""}

port = whole(1, 65535)


def setting(default: T, read: Reader[T], about: str, key: str = "") -> T:
    """One setting; ``key`` is its name in the file when that is not the attribute's."""
    about_it = {"read": read, "about": about, "key": key, "default": default}
    return field(default_factory=lambda: copy(default), metadata=about_it)


def section(kind: type[S], about: str, short: str = "") -> S:
    """A set of settings; a single value in its place is the setting called ``short``."""
    return field(default_factory=kind, metadata={"section": kind, "about": about, "short": short})


# fmt: off
@dataclass(frozen=True, slots=True)
class Agi:
    """Where Asterisk brings calls."""

    host: str = setting("127.0.0.1", host, "Address where calls from Asterisk are taken (FastAGI has no password).")
    port: int = setting(4573, port, "Port of the same.")
    most_calls: int = setting(2000, whole(1, 100_000), "Calls at a time; one more goes back to the dialplan.")


@dataclass(frozen=True, slots=True)
class Ami:
    """How the service reaches Asterisk; ``secret`` comes from the file or the environment."""

    host: str = setting("127.0.0.1", host, "Address of Asterisk's manager interface.")
    port: int = setting(5038, port, "Port of the same.")
    user: str = setting("ivr", words, "User of manager.conf.")
    secret_file: Path = setting(Path("ami.secret"), path, "File with the user's secret, readable by its owner only; "
                                "the environment's IVR_AMI_SECRET goes before it.")
    secret: Secret = field(default=Secret(""))


@dataclass(frozen=True, slots=True)
class Asterisk:
    """What the service must know about Asterisk; the two paths are always filled in."""

    config: Path = setting(Path("/etc/asterisk"), path, "Folder of Asterisk's configuration; `ivr doctor` reads it.")
    prompts: str = setting("", words, "The prompt cache as Asterisk sees it, where that is another path.")
    recordings: str = setting("", words, "The recordings folder as Asterisk sees it, where that is another path.")
    sound_format: str = setting("ulaw", choice(SOUND_FORMATS), "Format of prompts: that of most calls, so that "
                                "nothing is converted.")


@dataclass(frozen=True, slots=True)
class Prompts:
    """How words become sound."""

    cache: Path = setting(Path("data/prompts"), path, "Folder of finished prompts; Asterisk reads it.")
    order: tuple[str, ...] = setting(ORDER, listed(choice(ENGINES)), "Where words come from, the first that has "
                                     "them: files under flows/prompts, an engine.")
    voices: dict[str, str] = setting(VOICES, per_language, "The engine's voice for each language; empty chooses.")
    rate: int = setting(170, whole(50, 500), "Words a minute that an engine speaks.")
    deadline: float = setting(1.5, period(0.1, 30), "Longest wait for words that could not be made ready.")
    most_mb: int = setting(500, whole(1, 1_000_000), "Megabytes that the cache may take; the oldest go first.")


@dataclass(frozen=True, slots=True)
class Calls:
    """Limits of a call, in seconds."""

    longest: float = setting(7200.0, period(1, 86_400), "Longest call; it ends then, whatever it is doing.")
    stop_grace: float = setting(10.0, period(0, 3600), "How long a stopping service waits for calls to reach a "
                                "safe point before it hands them back.")


@dataclass(frozen=True, slots=True)
class Control:
    """How commands reach the running service."""

    host: str = setting("127.0.0.1", host, "Address where the ivr command reaches the service; this machine only.")
    port: int = setting(4580, port, "Port of the same.")
    token_file: Path = setting(Path("data/control.token"), path, "File with the token that commands need; the "
                               "service writes it, readable by its owner only.")


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that things are kept; 0 is for ever."""

    calls_days: int = setting(365, days, "Days that calls, legs and actions are kept; keep is for ever.", "calls")
    inputs_days: int = setting(90, days, "Days that what callers keyed in is kept, and tapes for replays.", "inputs")
    recordings_days: int = setting(90, days, "Days that recordings are kept.", "recordings")


@dataclass(frozen=True, slots=True)
class Publish:
    """How flows that were changed become live."""

    on_save: bool = setting(True, yes_no, "Whether flows that are saved in the folder become live by themselves, when "
                            "they have no mistakes; else `ivr flows publish` does it.")
    scenarios: str = setting("binding", choice(GATES), "Whether failing scenarios forbid that, or are told only.")
    replay: str = setting("advisory", choice(GATES), "Whether calls of before that would go another way forbid it.")
    replay_last: float = setting(604_800.0, period(60, 31_536_000), "How far back those calls go.")


@dataclass(frozen=True, slots=True)
class Log:
    """What the service writes to its log."""

    level: str = setting("info", choice(("debug", "info", "warning", "error")), "The least that is logged.")
    format: str = setting("text", choice(("text", "json")), "One line of text or one JSON object for each entry.")


@dataclass(frozen=True, slots=True)
class Fetch:
    """Which hosts flows may speak to over HTTP, and how much they may answer."""

    hosts: tuple[str, ...] = setting((), listed(host_and_port), "Hosts that the action `fetch` may speak to; one that "
                                     "begins with http:// without encryption.")
    ca_file: Path | None = setting(None, path_or_none, "File with certificates (PEM) of authorities that are "
                                   "trusted besides those that the machine trusts.")
    most_kb: int = setting(256, whole(1, 10_000), "Kilobytes that an answer may have.")


@dataclass(frozen=True, slots=True)
class QueueLog:
    """What happens in queues, written for tools that read Asterisk's own log of it."""

    file: Path | None = setting(None, path_or_none, "File to which what happens in queues is written as Asterisk's "
                                "`queue_log` has it.")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; paths are absolute, durations are seconds."""

    file: Path
    home: Path
    flows: Path = setting(Path("flows"), path, "Folder of flows.")
    flow: str = setting("main", name, "The flow that answers a number which no line of flows/numbers.yaml is for.")
    data: Path = setting(Path("data"), path, "Folder of the database (ivr.db) and of what can be made again.")
    recordings: Path = setting(Path("recordings"), path, "Folder of messages and recorded calls; Asterisk writes it.")
    zone: str = setting("UTC", zone, "Time zone of dates and times that callers hear, by its IANA name.")
    currency: str = setting("USD", currency, "Currency of money that callers hear.")
    agi: Agi = section(Agi, "Where Asterisk brings calls.")
    ami: Ami = section(Ami, "How the service reaches Asterisk.")
    asterisk: Asterisk = section(Asterisk, "What the service must know about Asterisk.")
    prompts: Prompts = section(Prompts, "How words become sound. `prompts: PATH` is short for its cache.", "cache")
    calls: Calls = section(Calls, "Limits of a call.")
    control: Control = section(Control, "How commands reach the running service.")
    dial: tuple[Route, ...] = setting((), routes, "The dial-out list: only what matches a line may be dialled.")
    fetch: Fetch = section(Fetch, "Which hosts flows may speak to over HTTP.")
    secrets: dict[str, SecretPlace] = setting({}, secrets, "Secrets that flows may send, by name: `{env: VARIABLE}` or "
                                              "`{file: PATH}`, readable by its owner only.")
    databases: dict[str, Path] = setting({}, databases, "SQLite databases that the action `lookup` may read, by name: "
                                         "`{file: PATH}`.")
    publish: Publish = section(Publish, "How flows that were changed become live.")
    retention: Retention = section(Retention, "How long things are kept.")
    log: Log = section(Log, "What the service writes to its log.")
    queue_log: QueueLog = section(QueueLog, "A log of queues for tools that read Asterisk's.", "file")

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "ivr.db"
# fmt: on


class SettingsError(ConfigError):
    """The settings cannot be used; ``problems`` are the findings, the message is all of them, drawn."""

    def __init__(self, message: str, problems: Problems) -> None:
        super().__init__(message)
        self.problems = problems


def find(given: str | Path | None = None) -> Path:
    """The settings' file: the one given, else the environment's IVR_CONFIG, else ``ivr.yaml`` here."""
    return Path(given or os.environ.get("IVR_CONFIG") or FILE_NAME)


def load(file: str | Path | None = None, *, serving: bool = False) -> Settings:
    """The settings of a file; warnings are let pass. With ``serving`` a missing secret is an error.

    Raises SettingsError with every finding, drawn.
    """
    where = find(file)
    written = read_file(where)
    settings, problems = read(written, where)
    if serving:
        problems = _with_errors(problems, "C162", "C182")
    if settings is None or problems.errors:
        lines = written.splitlines()
        raise SettingsError("\n\n".join(render(problem, lines) for problem in problems.errors), problems)
    return settings


def read_file(file: Path) -> str:
    """The text of a settings file. Raises SettingsError when there is none that can be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1).decode()
    except FileNotFoundError:
        hint = "write one with `ivr init DIR`, or say where it is: --config FILE or IVR_CONFIG"
        raise _unreadable(file, "C170", "there is no such file.", hint) from None
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8."
        raise _unreadable(file, "C171", message, "save the file as UTF-8") from None
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}."
        raise _unreadable(file, "C172", message, "the service's user needs to read it") from None


def _with_errors(problems: Problems, *codes: str) -> Problems:
    """The same findings, those of some codes being errors."""
    raised = Problems()
    raised.extend(replace(p, severity=Severity.ERROR) if p.code in codes else p for p in problems)
    return raised


def _unreadable(file: Path, code: str, message: str, hint: str) -> SettingsError:
    problem = Problem(code, Mark(str(file), 1, 1), message, hint)
    problems = Problems()
    problems.extend([problem])
    return SettingsError(render(problem, []), problems)


def read(
    written: str, file: Path, environment: Environment[str, str] | None = None
) -> tuple[Settings | None, Problems]:
    """The settings that a text says and everything that is wrong with it; None when there is no use in going on."""
    found = Problems()
    root = parse(written, str(file), found)
    settings = None
    if not len(found):
        settings = _settings(root, file, os.environ if environment is None else environment, found)
    problems = Problems()
    problems.extend(replace(p, code=p.code.replace("F0", "C1")) for p in found)
    return (None if problems.errors else settings), problems


def _settings(root: Node | None, file: Path, environment: Environment[str, str], problems: Problems) -> Settings | None:
    file = file.absolute()
    values = _values(Settings, root, problems, "the settings", file.parent)
    if values is None:
        return None
    settings = Settings(file=file, home=file.parent, **values)
    seen = settings.asterisk
    seen = replace(
        seen,
        prompts=seen.prompts or str(settings.prompts.cache),
        recordings=seen.recordings or str(settings.recordings),
    )
    secret = _secret(settings, root, environment, problems)
    _check_addresses(settings, root, problems)
    return replace(
        settings,
        asterisk=seen,
        ami=replace(settings.ami, secret=secret),
        secrets=resolved(settings.secrets, settings.home, environment, problems),
        databases={called: settings.home / file for called, file in settings.databases.items()},
    )


def _values(kind: type[Any], node: Node | None, problems: Problems, what: str, home: Path) -> dict[str, Any] | None:
    chosen = options(node, problems, what) if node is not None else None
    if node is not None and chosen is None:
        return None
    values = {}
    for line in fields(kind):
        key = line.metadata.get("key") or line.name
        if "section" in line.metadata:
            values[line.name] = _section(line, chosen, problems, home)
        elif "read" in line.metadata:
            value = chosen.get(key, line.metadata["read"]) if chosen is not None else None
            value = copy(line.metadata["default"]) if value is None else value
            values[line.name] = home / value if isinstance(value, Path) else value
    if chosen is not None:
        chosen.close(_MOVED)
    return values


def _section(line: Field[Any], chosen: Options | None, problems: Problems, home: Path) -> Any:
    node = chosen.node(line.name) if chosen is not None else None
    short = line.metadata["short"]
    if isinstance(node, Scalar) and short and node.text:
        node = as_mapping(short, node)
    if isinstance(node, Scalar) and not node.text:
        node = None  # a heading whose settings are all commented out
    kind = line.metadata["section"]
    if kind is Ami and node is not None:
        node = without("secret", node)  # which has a finding of its own
    return kind(**(_values(kind, node, problems, f"'{line.name}'", home) or {}))


def _secret(settings: Settings, root: Node | None, environment: Environment[str, str], problems: Problems) -> Secret:
    ami, file = settings.ami, settings.file
    here = place(root, "ami", "secret")
    if here is not None:
        hint = f"write it to {ami.secret_file} (mode 600), take it out here, and change it: it may have been seen"
        problems.add("C160", here.mark, "a secret does not belong in the settings.", hint=hint)
    if environment.get(SECRET_VARIABLE):
        return Secret(environment[SECRET_VARIABLE])
    said = place(root, "ami", "secret_file") or place(root, "ami") or root
    mark = said.mark if said is not None else Mark(str(file), 1, 1)
    try:
        with ami.secret_file.open("rb") as stream:
            if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                hint = f"chmod 600 {ami.secret_file}"
                problems.add("C161", mark, f"others than its owner may read {ami.secret_file}.", hint=hint)
            secret = stream.read(1000).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        hint = f"put the secret of [{ami.user}] in manager.conf there, or into {SECRET_VARIABLE}"
        message = f"the AMI secret cannot be read from {ami.secret_file}: {reason}."
        problems.add("C162", mark, message, hint=hint, severity=Severity.WARNING)
        return Secret("")
    if not secret:
        problems.add("C162", mark, f"{ami.secret_file} is empty.", severity=Severity.WARNING)
    return Secret(secret)


def _check_addresses(settings: Settings, root: Node | None, problems: Problems) -> None:
    agi, control = place(root, "agi", "host"), place(root, "control", "host")
    if agi is not None and not is_loopback(settings.agi.host):
        hint = f"let nobody but Asterisk reach port {settings.agi.port}: FastAGI has no password"
        message = f"calls are taken on {settings.agi.host}, which other machines can reach."
        problems.add("C163", agi.mark, message, hint=hint, severity=Severity.WARNING)
    if control is not None and not is_loopback(settings.control.host):
        hint = "write 127.0.0.1, and come from elsewhere through ssh"
        message = f"commands are taken on {settings.control.host}, and nothing hides their token on the way."
        problems.add("C164", control.mark, message, hint=hint)
    if (settings.agi.host, settings.agi.port) == (settings.control.host, settings.control.port):
        mark = (place(root, "control", "port") or place(root, "agi", "port") or root).mark  # type: ignore[union-attr]
        problems.add("C165", mark, f"agi and control both want port {settings.agi.port}.")
