"""Writes the configuration of the lab's two Asterisks and the settings of the service between them.

The files in ``conf/`` are Asterisk's own syntax with ``@{name}`` where the plan says the value; what repeats for
each account is made here.
"""

from __future__ import annotations

import json
import os
import re
from importlib import resources
from pathlib import Path

from ivr.app import fragments
from ivr.app.lab import sounds
from ivr.app.lab.directory import PARTIES, PERSON, SOFTPHONE, TRUNK, TRUNK_TONE, Behaviour, Party
from ivr.app.lab.needs import needs
from ivr.app.lab.plan import SOUND_FORMAT, Plan, write_private
from ivr.app.lab.root import USER

KINDS = ("pbx", "bank")
_MORE_MODULES = {
    "pbx": (
        "res_speech",
        "res_agi",
        "app_audiosocket",
        "res_audiosocket",
        "app_chanspy",
        "app_controlplayback",
        "app_read",
        "app_record",
    ),
    "bank": (),
}
_PLACE = re.compile(r"@\{(\w+)\}")


def fill(text: str, values: dict[str, object]) -> str:
    """Puts values in place of ``@{name}``. Raises KeyError for a name without one."""
    return _PLACE.sub(lambda found: str(values[found[1]]), text)


def asterisk_conf(plan: Plan, kind: str) -> str:
    """The main configuration file of ``pbx`` or ``bank``, as Asterisk sees it."""
    return plan.inside(kind, "etc", "asterisk.conf")


def write_asterisk(plan: Plan, kind: str, passwords: dict[str, str]) -> None:
    """Writes everything that the PBX or the bank needs to start; readable by Asterisk's user and root only."""
    etc = plan.outside(kind, "etc")
    for folder in (etc, *(plan.outside(kind, "state", name) for name in ("db", "spool", "run", "log"))):
        folder.mkdir(parents=True, exist_ok=True)
    values = _values(plan, kind, passwords)
    for source in sorted(resources.files(__package__).joinpath("conf").iterdir(), key=lambda entry: entry.name):
        owner, _, name = source.name.partition(".")
        if owner in ("common", kind):
            write_private(etc / name, fill(source.read_text(encoding="utf-8"), values))
    if kind == "pbx":
        write_private(etc / "ivr.conf", fragments.dialplan({"IVR_AGI": f"agi://127.0.0.1:{plan.ports.agi}/call"}))
    _give(plan, plan.outside(kind))


def prepare_folders(plan: Plan) -> None:
    """The folders that Asterisk and the service share, and the music that waiting callers hear."""
    for folder in (plan.prompts, plan.recordings, plan.calls, plan.outside("music")):
        folder.mkdir(parents=True, exist_ok=True)
    music = plan.outside("music", "waiting.wav")
    if not music.exists():
        music.write_bytes(sounds.music())
    for folder in (plan.recordings, plan.calls):
        _give(plan, folder)
        # What the service makes in here stays writable for Asterisk's group.
        folder.chmod(0o2775)


def write_settings(plan: Plan, flows: Path, passwords: dict[str, str]) -> None:
    """Writes ``ivr.yaml`` for the service of this lab, and the secret it logs in with."""
    write_private(plan.folder / "ami.secret", passwords["ivr"])
    plan.token_file.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        "# Written by `ivr lab up`; changes are lost at the next one.",
        f"flows: {_quoted(flows.absolute())}",
        "data: data",
        f"recordings: {_quoted(plan.recordings.absolute())}",
        f"prompts: {_quoted(plan.prompts.absolute())}",
        f"agi: {{host: 127.0.0.1, port: {plan.ports.agi}}}",
        f"ami: {{host: 127.0.0.1, port: {plan.ports.pbx_ami}, user: ivr, secret_file: ami.secret}}",
        "asterisk:",
        f"  config: {_quoted(plan.outside('pbx', 'etc').absolute())}",
        f"  prompts: {_quoted(plan.inside('prompts'))}",
        f"  recordings: {_quoted(plan.inside('recordings'))}",
        f"  sound_format: {SOUND_FORMAT}",
        f"control: {{port: {plan.ports.control}, token_file: data/control.token}}",
        "dial:",
        '  - {match: "1xxx", to: "PJSIP/{number}"}',
        f'  - {{match: "{PERSON}", to: "PJSIP/1001"}}',
        '  - {match: "+1555xxxxxxx", to: "PJSIP/{number}@trunk"}',
        *_wanted_outside(flows),
        "",
    ]
    write_private(plan.settings, "\n".join(lines))


def _wanted_outside(flows: Path) -> list[str]:
    """The hosts and databases that the flows use."""
    wanted = needs(flows)
    lines = [f"fetch: {{hosts: {json.dumps(wanted.hosts)}}}"] if wanted.hosts else []
    if wanted.databases:
        files = ", ".join(f"{name}: {{file: {name}.db}}" for name in wanted.databases)
        lines.append(f"databases: {{{files}}}")
    return lines


def _quoted(value: object) -> str:
    return json.dumps(str(value), ensure_ascii=False)


def _values(plan: Plan, kind: str, passwords: dict[str, str]) -> dict[str, object]:
    ports = plan.ports
    first, last = ports.rtp(kind)
    users = fragments.manager(passwords["ivr"]) if kind == "pbx" else ""
    return {
        "etc": plan.inside(kind, "etc"),
        "state": plan.inside(kind, "state"),
        "music": plan.inside("music"),
        "calls": plan.inside("calls"),
        "rtp_first": first,
        "rtp_last": last,
        "more": "\n".join(f"load = {module}.so" for module in _MORE_MODULES[kind]),
        "sip": ports.pbx_sip if kind == "pbx" else ports.bank_sip,
        "pbx_sip": ports.pbx_sip,
        "bank_sip": ports.bank_sip,
        "ami": ports.pbx_ami if kind == "pbx" else ports.bank_ami,
        "who": kind,
        "secret": passwords[f"{kind}-lab"],
        "users": users,
        "softphone": SOFTPHONE,
        "listen": _transport(plan) if kind == "pbx" else "",
        "accounts": "\n".join(_accounts(plan, kind, passwords)),
        "parties": "\n".join([*map(_called, PARTIES), *_trunk()]),
    }


def _transport(plan: Plan) -> str:
    if not plan.listen:
        return ""
    return f"\n[outer]\ntype = transport\nprotocol = udp\nbind = {plan.listen}:{plan.ports.pbx_sip}\n"


def _accounts(plan: Plan, kind: str, passwords: dict[str, str]) -> list[str]:
    if kind == "bank":
        return [_own_line(party, plan, passwords[party.number]) for party in PARTIES]
    lines = [_account(party.number, f"{party.role.title()} {party.number}", passwords) for party in PARTIES]
    soft = _account(SOFTPHONE, "Your phone", passwords)
    if plan.listen:
        outer = f"transport = outer\nmedia_address = {plan.listen}\nrewrite_contact = yes\nforce_rport = yes\n"
        soft = soft.replace("aors =", f"{outer}aors =", 1)
    return [*lines, soft]


def _account(number: str, name: str, passwords: dict[str, str]) -> str:
    """A phone that registers with the PBX."""
    return f"""
[{number}](line)
context = from-phones
callerid = "{name}" <{number}>
identify_by = auth_username,username
auth = {number}
aors = {number}

[{number}]
type = auth
auth_type = userpass
username = {number}
password = {passwords[number]}

[{number}]
type = aor
max_contacts = 1
remove_existing = yes
"""


def _own_line(party: Party, plan: Plan, password: str) -> str:
    """A phone's side of the same: it registers, is called, and can call as itself (``PJSIP/NUMBER@as-PARTY``)."""
    server = f"sip:127.0.0.1:{plan.ports.pbx_sip}"
    return f"""
[{party.number}]
type = registration
server_uri = {server}
client_uri = sip:{party.number}@127.0.0.1:{plan.ports.pbx_sip}
contact_user = {party.number}
outbound_auth = {party.number}
retry_interval = 1
max_random_initial_delay = 0
forbidden_retry_interval = 1
fatal_retry_interval = 1
max_retries = 1000
expiration = 3600

[{party.number}]
type = auth
auth_type = userpass
username = {party.number}
password = {password}

[as-{party.number}](line)
aors = pbx
from_user = {party.number}
outbound_auth = {party.number}
identify_by = auth_username
"""


def _called(party: Party) -> str:
    what = str(party.behaviour).replace(" ", "-")
    return f"exten => {party.number},1,Gosub(phone,{what},1({party.number},{party.tone}))"


def _trunk() -> list[str]:
    """Numbers behind the trunk: by the last digit."""
    lines = [f"exten => _+1555.,1,Gosub(phone,{Behaviour.ANSWERS},1(${{EXTEN}},{TRUNK_TONE}))"]
    for digit, behaviour in TRUNK.items():
        what = str(behaviour).replace(" ", "-")
        lines.append(f"exten => _+1555XXXXXX{digit},1,Gosub(phone,{what},1(${{EXTEN}},{TRUNK_TONE}))")
    return lines


def _give(plan: Plan, folder: Path) -> None:
    """Gives a folder and all in it to Asterisk's user, where it runs as one."""
    ids = plan.root.ids
    if ids is None:
        return
    os.chown(folder, *ids)
    for entry in folder.rglob("*"):
        os.chown(entry, *ids, follow_symlinks=False)


__all__ = ["KINDS", "USER", "asterisk_conf", "prepare_folders", "write_asterisk", "write_settings"]
