"""Asking a source outside while the caller hears that something is going on."""

from __future__ import annotations

import asyncio
import logging

from ivr.core.base.answers import secrets_in, without
from ivr.core.calls.outcomes import Failed, Given, Outcome
from ivr.core.calls.verbs import Consult
from ivr.services.calls.stage import Stage
from ivr.services.ports import Source, SourceFailed
from ivr.services.scope import beside

log = logging.getLogger(__name__)

GRACE = 0.25  # seconds that a source has to say itself that it is too late; then nobody waits for it any more


async def consult(verb: Consult, stage: Stage) -> Outcome:
    """Asks the source; foreseen trouble is a `Failed` with its reason. Raises `Hangup` when the caller leaves."""
    source = stage.ports.sources.get(verb.source)
    if source is None:
        return Failed(f"there is no source '{verb.source}'")
    async with beside(_asked(source, verb)) as asking:
        if verb.meanwhile is not None:
            await asyncio.wait({asking}, timeout=verb.silence)
            if not asking.done():
                await stage.answer()
                await stage.play(verb.meanwhile, cut=False)
        return await asking


async def _asked(source: Source, verb: Consult) -> Outcome:
    try:
        async with asyncio.timeout(verb.within + GRACE):
            return Given(await source.ask(verb.request, verb.within))
    except TimeoutError:
        return Failed("timeout")
    except SourceFailed as failed:
        known = frozenset(secrets_in(verb.request))
        reason, detail = without(failed.reason, known), without(failed.detail, known)
        log.info("%s: %s%s", verb.source, reason, f" ({detail})" if detail else "")
        return Failed(reason)
