"""``queue_log:`` of the settings: the running service writes the file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ivr.core.acd.call_events import AgentStateChanged
from ivr.core.base.ids import AgentId, TicketId
from tests.app.whole import service

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def test_the_service_writes_the_queue_log_that_the_settings_name(tmp_path: Path) -> None:
    async with service(tmp_path, "queue_log: reports/queue_log\n") as whole:
        (tmp_path / "reports").mkdir()
        whole.parts.world.journal.publish(
            AgentStateChanged(
                at=NOON, agent_id=AgentId("ann"), status="ready", state="idle", ticket_id=TicketId("")
            )
        )  # fmt: skip
    lines = (tmp_path / "reports" / "queue_log").read_text().splitlines()
    assert [line.split("|", 1)[1] for line in lines] == ["NONE|NONE|NONE|QUEUESTART|", "NONE|NONE|ann|ADDMEMBER|"]


async def test_without_it_there_is_none(tmp_path: Path) -> None:
    async with service(tmp_path) as whole:
        assert whole.parts.queue_log is None
