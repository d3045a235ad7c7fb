"""The order of starting and stopping the service.

Start: settings and flows are read and must be sound → the database is opened → the control API answers ("starting")
→ prompts are made ahead → calls of before are recalled → calls are taken. Stop: no more calls are taken → living
calls reach a safe point and go back to the dialplan → what is not written yet is written.

The loop is uvloop where there is one, else asyncio's own; nothing but speed depends on it.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack

from ivr.adapters.web import agents_api, api, desk_api, flows_api
from ivr.adapters.web.server import application, serving, token_from
from ivr.app import wiring
from ivr.app.config import Settings
from ivr.app.wiring import Parts
from ivr.services import scope

log = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Runs the service until a signal ends it. Raises IvrError when it cannot be started."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(serve(settings))


async def serve(settings: Settings) -> None:
    """Runs the service on the present loop until it is told to stop."""
    async with AsyncExitStack() as stack:
        parts = await wiring.build(settings, stack)
        stopping = _stop_at_signals()
        await parts.roster.recall()  # before anybody can ask for the agents, and find none
        services = api.Services(parts.calls, parts.world.journal, parts.health, parts.board)
        control = settings.control
        app = application(services, token_from(control.token_file))
        flows_api.add(app, flows_api.FlowServices(parts.publisher, parts.library))
        agents_api.add(app, parts.roster)
        desk_api.add(app, parts.desk)
        await stack.enter_async_context(serving(app, control.host, control.port))
        async with scope.running(*parts.background()):
            await _until_stopped(settings, parts, stopping)


async def _until_stopped(settings: Settings, parts: Parts, stopping: asyncio.Event) -> None:
    # A signal while prompts are still being made must not wait for the last of them.
    ready = scope.TaskGroup()
    async with ready:
        made = ready.create_task(parts.publisher.prepare())
        told = ready.create_task(stopping.wait())
        await asyncio.wait({made, told}, return_when=asyncio.FIRST_COMPLETED)
        made.cancel()
        told.cancel()
    if stopping.is_set():
        return
    announced = await parts.board.recall()
    if announced:
        log.info("%d announcements of before are in force", announced)
    working = await parts.recall.recall()
    if working:
        log.info("%d agents are at work again", working)
    recalled = await parts.away.recall()
    if recalled:
        log.info("%d calls of before have no end yet; each comes back or is ended", recalled)
    if parts.away.in_queues:
        parts.acd.hold()
    async with parts.agi:
        await parts.agi.start(settings.agi.host, settings.agi.port)
        parts.state = "ok"
        log.info("taking calls on %s:%d", settings.agi.host, parts.agi.port)
        await stopping.wait()
        parts.state = "stopping"
        log.info("stopping: %d calls are here", len(parts.calls))
        parts.agi.close_listener()
        await parts.calls.stop(settings.calls.stop_grace)
        await parts.agi.wait_closed()


def _stop_at_signals() -> asyncio.Event:
    """The event that the first SIGTERM or SIGINT sets; a second one stops at once, and drops nobody either."""
    stopping = asyncio.Event()
    loop, main = asyncio.get_running_loop(), asyncio.current_task()
    assert main is not None

    def told() -> None:
        if stopping.is_set():
            main.cancel()
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told)
    return stopping


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
