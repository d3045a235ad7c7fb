"""The listing of every setting in ``docs/settings.md``, generated from the lines that define them.

``python -m ivr.app.config_reference`` prints the page; a test compares it with the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import Any

from ivr.app.config import Settings
from ivr.app.config_fields import days

TOP = """# Settings

Generated from `ivr/app/config.py` by `python -m ivr.app.config_reference`; change it there.

All settings stand in `ivr.yaml`; what is not said there has the default. `ivr init DIR` writes one with comments.
A path that does not begin with `/` is relative to the folder of `ivr.yaml`. Lengths of time are written `500ms`, `3s`,
`2m`, `1h`, `90d`. The environment's `IVR_CONFIG` says where the file is, and `--config FILE` goes before it.

"""

CODES = {
    "C101": "The file is not YAML (or is far too long).",
    "C102": "A YAML tag stands there; tags have no meaning here.",
    "C103": "The name of an option is a list or a set of options instead of a word.",
    "C104": "A setting is said twice; only one of the two can hold.",
    "C110": "A list or a set of options stands where a single value belongs.",
    "C111": "A setting is named and has no value.",
    "C112": "A flow's name has other characters than small letters, digits and `_`.",
    "C113": "A length of time is not written as `3s`, `500ms`, `2m`, `1m30s`.",
    "C115": "A whole number is expected, within the limits that the finding names.",
    "C118": "The value is not one of the words that this setting knows.",
    "C120": "An option that is needed is missing.",
    "C121": "There is no such setting; it may be misspelled or belong to another section.",
    "C122": "A single value or a list stands where a set of options belongs.",
    "C150": "A host is neither an IP address nor a host name; a port is a setting of its own.",
    "C151": "A path has a character that no file name can have.",
    "C152": "The time zone is unknown on this machine; Debian's package `tzdata` has them all.",
    "C153": "A currency is three capital letters (ISO 4217).",
    "C154": "A length of time is outside the limits that the finding names.",
    "C155": "How long a thing is kept is written in days, `90d`, or `keep`.",
    "C156": "A language is written as in `en`, `zh`, `pt-BR`.",
    "C158": "The dial-out list is not a list.",
    "C159": "A line of the dial-out list cannot be used; the finding says why.",
    "C160": "A secret stands in `ivr.yaml`, which is copied, shown and backed up. It belongs into `ami.secret_file`.",
    "C161": "Other users of the machine may read a file with a secret.",
    "C162": "There is no AMI secret. Flows can be checked and tried without one; the service does not start.",
    "C163": "Calls are taken on an address that other machines can reach. FastAGI has no password: "
    "use a firewall or a private network.",
    "C164": "The control address can be reached from other machines, and its token would travel in clear text.",
    "C165": "Two listeners want the same port.",
    "C170": "There is no settings file where it was looked for.",
    "C171": "The settings file is not UTF-8 text.",
    "C172": "The settings file cannot be read by this user.",
    "C180": "A host of `fetch: {hosts: …}` is written `crm.example.com`, `crm.lan:8443` or `http://10.0.0.5:8080`.",
    "C181": "A secret of `secrets:` comes from the environment or from a file, and from one of the two only.",
    "C182": "A secret of `secrets:` is not there. Flows can be checked and tried without it; the service does not "
    "start.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One setting: its name in the file (``agi.port``), its default as it is written, and what it is for."""

    key: str
    default: str
    about: str


def lines(kind: type[Any] = Settings, under: str = "") -> Iterator[Line]:
    """Every setting, in the order of the file."""
    for one in fields(kind):
        if "section" in one.metadata:
            yield from lines(one.metadata["section"], f"{one.name}.")
        elif "read" in one.metadata:
            yield Line(under + (one.metadata["key"] or one.name), _written(one), one.metadata["about"])


def page() -> str:
    """The whole of docs/settings.md."""
    parts = [TOP]
    parts += ["| setting | default | what it is |\n|---|---|---|\n"]
    for line in lines():
        parts.append(f"| `{line.key}` | {f'`{line.default}`' if line.default else ''} | {line.about} |\n")
    parts.append("\n## Sections\n\n")
    parts += [f"- `{one.name}`: {one.metadata['about']}\n" for one in fields(Settings) if "section" in one.metadata]
    parts.append("\n## Findings\n\nThe codes are stable. A warning does not keep the service from starting.\n\n")
    parts += [f"- **{code}** {meaning}\n" for code, meaning in CODES.items()]
    return "".join(parts)


def _written(one: Field[Any]) -> str:
    value = one.metadata["default"]
    if one.metadata["read"] is days:
        return f"{value}d"
    if isinstance(value, bool | float):
        return _duration(value) if isinstance(value, float) else "yes" if value else "no"
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f'{key}: "{text}"' for key, text in value.items()) + "}"
    if value is None:
        return ""
    return value.as_posix() if isinstance(value, Path) else str(value)


def _duration(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


if __name__ == "__main__":
    print(page(), end="")
