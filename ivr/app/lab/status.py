"""What a lab says of itself: what runs, who can be called, and how to call in from a real phone."""

from __future__ import annotations

from typing import Any

from ivr.app.lab.directory import PARTIES, SOFTPHONE
from ivr.app.lab.lab import Lab


def described(lab: Lab) -> dict[str, Any]:
    """The state of a lab as a JSON document."""
    state, plan = lab.state(), lab.plan
    return {
        "up": state.is_up,
        "service": state.healthy,
        "processes": state.pids,
        "settings": str(plan.settings),
        "log": str(lab.service.log),
        "parties": [
            {"number": one.number, "role": one.role, "behaviour": str(one.behaviour), "tone": one.tone}
            for one in PARTIES
        ],
        "phone": {
            "server": f"{plan.listen or '127.0.0.1'}:{plan.ports.pbx_sip}",
            "transport": "UDP",
            "user": SOFTPHONE,
            "password": lab.secrets[SOFTPHONE],
            "reachable": plan.listen or "from this machine only",
        },
    }


def report(document: dict[str, Any]) -> str:
    """The same for people."""
    lines = [
        f"{name:<8} {'running, process ' + str(pid) if pid else 'not running'}"
        for name, pid in document["processes"].items()
    ]
    if document["processes"]["service"] and not document["service"]:
        lines.append(f"         the service does not answer; see {document['log']}")
    lines += ["", "Who can be called from inside (callers from outside reach flows, 100 and up):"]
    lines += [
        f"  {party['number']}  {party['role']:<11} {party['behaviour']}, {party['tone']} Hz"
        for party in document["parties"]
    ]
    lines += ["  +1555 and seven digits  through the trunk; last digit 9 is busy, 8 never answers", ""]
    phone = document["phone"]
    lines += [
        "Call in from a phone of your own (any SIP phone or app):",
        f"  server {phone['server']} ({phone['transport']}), user {phone['user']}, password {phone['password']}",
        "  then dial 100",
    ]
    if phone["reachable"] == "from this machine only":
        lines.append("  It can be reached from this machine only; `ivr lab up --listen ADDRESS` opens it to a network.")
    return "\n".join(lines)
