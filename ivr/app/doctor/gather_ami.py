"""Asks Asterisk over AMI, with the service's own user, so that its rights are seen as they are."""

from __future__ import annotations

from ivr.adapters.asterisk.ami import AmiClient
from ivr.adapters.asterisk.wire.ami import Message
from ivr.app.config import Settings
from ivr.app.doctor.facts import AmiFacts
from ivr.core.base.clock import Clock
from ivr.core.base.errors import AsteriskError, AsteriskUnavailable
from ivr.services.scope import running

LOGIN = 6.0  # seconds
NOT_ACTIONS = frozenset({"Response", "ActionID", "Message"})


async def gather(settings: Settings, modules: tuple[str, ...], clock: Clock) -> AmiFacts:
    """What Asterisk says. Trouble is a fact, never an exception."""
    ami = settings.ami
    client = AmiClient(ami.host, ami.port, ami.user, ami.secret, events=())
    async with running(client.run()):
        try:
            await client.wait_connected(LOGIN)
        except AsteriskUnavailable as trouble:
            return AmiFacts(trouble=trouble.message, hint=trouble.hint)
        core = await _ask(client, "CoreSettings")
        listed = await _ask(client, "ListCommands")
        ping = await _ask(client, "Ping")
        loaded = {module: await _loaded(client, module) for module in modules}
        return AmiFacts(
            reached=True,
            version=core.get("AsteriskVersion") if core else "",
            actions=frozenset(name for name, _ in listed.headers) - NOT_ACTIONS if listed else None,
            modules=loaded,
            skew=_skew(ping, clock),
        )


async def _loaded(client: AmiClient, module: str) -> bool | None:
    """Whether a module runs: ``IFMODULE`` may be read with few rights, ``ModuleCheck`` needs many."""
    answer = await _ask(client, "Getvar", ("Variable", f"IFMODULE({module}.so)"))
    if answer is not None and answer.get("Value") in ("0", "1"):
        return answer.get("Value") == "1"
    try:
        await client.send("ModuleCheck", ("Module", module))
    except AsteriskError as refusal:
        return False if "not loaded" in refusal.message else None
    return True


async def _ask(client: AmiClient, action: str, *headers: tuple[str, str]) -> Message | None:
    try:
        return await client.send(action, *headers)
    except AsteriskError:
        return None


def _skew(ping: Message | None, clock: Clock) -> float | None:
    try:
        return float(ping.get("Timestamp")) - clock.now().timestamp() if ping else None
    except ValueError:
        return None
