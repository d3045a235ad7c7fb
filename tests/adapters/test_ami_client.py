"""The AMI client against an Asterisk that speaks real bytes and breaks on request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvloop

from ivr.adapters.asterisk.ami import NEEDED_EVENTS, AmiClient, Pace, event_filters
from ivr.adapters.asterisk.wire.ami import Message
from ivr.core.base.errors import AsteriskError, AsteriskUnavailable, OutcomeUnknown
from ivr.core.base.secret import Secret
from ivr.services.scope import running
from tests.adapters.fake_ami import PASSWORD, USER, FakeAmi, block

QUICK = Pace(first=0.01, most=0.04, refused=0.01, login=2, idle=20, answer=5, jitter=lambda pause: pause)


def client_of(asterisk: FakeAmi, *, password: str = PASSWORD, pace: Pace = QUICK) -> AmiClient:
    return AmiClient("127.0.0.1", asterisk.port, USER, Secret(password), events=(*NEEDED_EVENTS, "NewExten"), pace=pace)


@asynccontextmanager
async def connected(pace: Pace = QUICK) -> AsyncIterator[tuple[FakeAmi, AmiClient]]:
    async with FakeAmi() as asterisk:
        client = client_of(asterisk, pace=pace)
        async with running(client.run()):
            await client.wait_connected(5)
            yield asterisk, client


def heard(client: AmiClient, event: str) -> asyncio.Queue[Message]:
    queue: asyncio.Queue[Message] = asyncio.Queue()
    client.on(event, queue.put_nowait)
    return queue


def silent(action: Message) -> bytes:
    return b""


async def test_login_proves_the_password_without_sending_it() -> None:
    async with connected() as (asterisk, client):
        assert client.connected
        (login,) = asterisk.actions("Login")
        assert login.get("AuthType") == "MD5"
        assert login.get("Events") == "on"
        assert all(PASSWORD.encode() not in action.raw for action in asterisk.received)


async def test_only_the_classes_of_the_needed_events_are_asked_for() -> None:
    async with FakeAmi() as asterisk:
        client = AmiClient("127.0.0.1", asterisk.port, USER, Secret(PASSWORD))
        async with running(client.run()):
            await client.wait_connected(5)
        assert asterisk.actions("Login")[0].get("Events") == "call,dtmf,system"


def test_the_filter_lines_let_every_needed_event_through_and_nothing_else() -> None:
    assert event_filters() == [f"eventfilter(action(include),name({event})) =" for event in NEEDED_EVENTS]
    assert {"DTMFEnd", "Hangup", "FullyBooted", "Shutdown"} <= set(NEEDED_EVENTS)


async def test_wrong_password_is_told_once_with_a_hint_and_mended_without_restart(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeAmi(password="changed") as asterisk:
        client = client_of(asterisk)
        async with running(client.run()):
            await asterisk.has("Login", 3)
            assert not client.connected
            told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
            assert len(told) == 1
            assert f"refuses the AMI user '{USER}' (Asterisk refused Login: Authentication failed)" in told[0]
            assert "manager.conf" in told[0]
            assert PASSWORD not in told[0]
            asterisk.password = PASSWORD
            await client.wait_connected(5)


async def test_waiting_for_a_connection_ends_with_the_reason() -> None:
    async with FakeAmi(password="changed") as asterisk:
        client = client_of(asterisk)
        async with running(client.run()):
            await asterisk.has("Login", 2)
            with pytest.raises(
                AsteriskUnavailable, match=r"not connected to Asterisk at 127\.0\.0\.1.*refuses the AMI user"
            ):
                await client.wait_connected(0)


async def test_reconnects_with_growing_pauses_until_asterisk_is_back(caplog: pytest.LogCaptureFixture) -> None:
    pauses: list[float] = []
    enough = asyncio.Event()

    def noted(pause: float) -> float:
        pauses.append(pause)
        if len(pauses) >= 5:
            enough.set()
        return 0.001

    pace = Pace(first=0.2, most=1.0, jitter=noted)
    async with connected(pace) as (asterisk, client):
        again = asyncio.Event()
        client.on_connected(again.set)
        await asterisk.stop()
        async with asyncio.timeout(5):
            await enough.wait()
            assert not client.connected
            with pytest.raises(AsteriskUnavailable, match="not connected"):
                await client.send("Ping")
            await asterisk.start()
            await again.wait()
        assert client.connected
        assert pauses[:5] == [0.2, 0.4, 0.8, 1.0, 1.0]
        assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 2  # lost, refused


async def test_an_action_whose_connection_breaks_is_told_unknown_and_never_sent_again() -> None:
    async with connected() as (asterisk, client):

        def broken(action: Message) -> bytes:
            asterisk.drop()
            return b""

        asterisk.answers["Originate"] = broken
        with pytest.raises(OutcomeUnknown, match="Originate: Asterisk closed the connection before the answer came"):
            await client.send("Originate", ("Channel", "PJSIP/1"), within=3600)
        await asterisk.logged_in(2)
        await client.wait_connected(5)
        await client.send("Ping")  # so that anything sent before it has arrived
        assert len(asterisk.actions("Originate")) == 1


async def test_an_answer_too_late_is_told_unknown_and_does_not_answer_another_action() -> None:
    async with connected() as (asterisk, client):
        asterisk.answers["Originate"] = silent
        with pytest.raises(OutcomeUnknown, match=r"no answer within 0\.01 s"):
            await client.send("Originate", within=0.01)
        await asterisk.has("Originate")
        late = asterisk.success(asterisk.actions("Originate")[0], ("Message", "late"))
        asterisk.answers["Ping"] = lambda action: late + asterisk.success(action, ("Ping", "Pong"))
        assert (await client.send("Ping")).get("Ping") == "Pong"


async def test_cancelling_the_client_releases_whoever_waits() -> None:
    async with FakeAmi() as asterisk:
        asterisk.answers["Originate"] = silent
        asterisk.answers["CoreShowChannels"] = silent
        client = client_of(asterisk)
        async with asyncio.TaskGroup() as group:
            async with running(client.run()):
                await client.wait_connected(5)
                waiting = [
                    group.create_task(released(client.send("Originate", within=3600))),
                    group.create_task(released(client.list("CoreShowChannels", within=3600))),
                ]
                await asterisk.has("CoreShowChannels")
            async with asyncio.timeout(5):
                assert [await each for each in waiting] == ["outcome_unknown", "outcome_unknown"]
        assert not client.connected


async def released(action: object) -> str:
    """The code of the trouble that ended an action."""
    try:
        await action  # type: ignore[misc]
    except AsteriskError as trouble:
        return trouble.code
    return "answered"


async def test_refusals_carry_asterisks_words_and_a_hint_about_rights() -> None:
    async with connected() as (asterisk, client):
        asterisk.answers["Redirect"] = lambda action: asterisk.error(action, "Channel does not exist: PJSIP/1")
        asterisk.answers["Command"] = lambda action: asterisk.error(action, "Permission denied")
        with pytest.raises(AsteriskError, match="refused Redirect: Channel does not exist: PJSIP/1") as refused:
            await client.send("Redirect")
        assert refused.value.code == "asterisk"
        with pytest.raises(AsteriskError, match=r"manager\.conf"):
            await client.send("Command")


async def test_unsafe_text_is_refused_before_anything_is_sent() -> None:
    async with connected() as (asterisk, client):
        with pytest.raises(ValueError, match="line break"):
            await client.send("Originate", ("Channel", "PJSIP/1\r\nApplication: System"))
        await client.send("Ping")
        assert asterisk.actions("Originate") == []


async def test_lists_are_collected_by_action_id_among_other_events() -> None:
    async with connected() as (asterisk, client):
        exten = heard(client, "NewExten")

        def channels(action: Message) -> bytes:
            number = ("ActionID", action.get("ActionID"))
            return (
                asterisk.success(action, ("EventList", "start"), ("Message", "Le texte ne compte pas"))
                + block(("Event", "NewExten"), number, ("Channel", "PJSIP/a"))
                + block(("Event", "NewExten"), ("ActionID", "somebody-else-1"), ("Channel", "other"))
                + block(("Event", "CoreShowChannel"), number, ("Channel", "PJSIP/b"))
                + block(("Event", "Fertig"), number, ("EventList", "Complete"), ("ListItems", "2"))
            )

        asterisk.answers["CoreShowChannels"] = channels
        rows = await client.list("CoreShowChannels")
        assert [row.get("Channel") for row in rows] == ["PJSIP/a", "PJSIP/b"]
        assert exten.get_nowait().get("Channel") == "other"
        assert exten.empty()


async def test_a_list_asked_of_an_action_that_gives_none_fails_at_once() -> None:
    async with connected() as (_, client):
        with pytest.raises(AsteriskError, match="Ping gives no list"):
            await client.list("Ping", within=3600)


async def test_play_dtmf_answers_like_any_action() -> None:
    async with connected() as (asterisk, client):
        asterisk.answers["PlayDTMF"] = lambda action: asterisk.success(action, ("Message", "DTMF successfully queued"))
        answer = await client.send("PlayDTMF", ("Channel", "PJSIP/1"), ("Digit", "5"), ("Receive", "1"))
        assert answer.get("Message") == "DTMF successfully queued"
        assert asterisk.logins == 1


async def test_unknown_events_are_ignored_and_unsubscribing_ends_the_calls() -> None:
    async with connected() as (asterisk, client):
        digits: list[str] = []
        end = client.on("DTMFEnd", lambda event: digits.append(event.get("Digit")))
        asterisk.event("SomethingNew", ("DTMFEnd", "9"))
        asterisk.event("DTMFEnd", ("Digit", "1"))
        await client.send("Ping")
        end()
        asterisk.event("DTMFEnd", ("Digit", "2"))
        await client.send("Ping")
        assert digits == ["1"]


async def test_listening_for_an_event_that_the_filter_drops_is_refused() -> None:
    client = AmiClient("127.0.0.1", 1, USER, Secret(PASSWORD))
    with pytest.raises(ValueError, match="NEEDED_EVENTS"):
        client.on("VarSet", print)


async def test_a_failing_listener_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async with connected() as (asterisk, client):

        def fails(message: Message) -> None:
            raise LookupError("a bug in a listener")

        client.on("Hangup", fails)
        client.on_connected(lambda: fails(Message(b"")))
        hangups = heard(client, "Hangup")
        asterisk.event("Hangup", ("Cause", "16"))
        async with asyncio.timeout(5):
            assert (await hangups.get()).get("Cause") == "16"
            asterisk.drop()
            await asterisk.logged_in(2)
            await client.wait_connected(5)
        bugs = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
        assert bugs == ["a listener for the AMI event Hangup failed", "a listener for the AMI connection failed"]


async def test_a_chinese_name_cut_by_every_read_arrives_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.adapters.asterisk.ami_connection._READ", 1)
    async with connected() as (asterisk, client):
        hangups = heard(client, "Hangup")
        asterisk.event("Hangup", ("CallerIDName", "王小明"), ("AccountCode", ""))
        async with asyncio.timeout(5):
            event = await hangups.get()
        assert event.get("CallerIDName") == "王小明"
        assert "AccountCode" in event


async def test_megabytes_of_rubbish_neither_end_the_connection_nor_stay_in_memory(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connected() as (asterisk, client):
        hangups = heard(client, "Hangup")
        for _ in range(80):
            asterisk.send(b"\xff" * 65536)
        asterisk.send(b"\r\n\r\n")
        asterisk.event("Hangup", ("Cause", "16"))
        async with asyncio.timeout(10):
            await hangups.get()
        assert client.connected
        assert asterisk.logins == 1
        assert "too long; skipped (1 so far)" in caplog.text


async def test_shutdown_is_told_and_ends_the_connection() -> None:
    async with connected() as (asterisk, client):
        shutdowns = heard(client, "Shutdown")
        asterisk.answers["Originate"] = lambda action: block(("Event", "Shutdown"), ("Shutdown", "Cleanly"))
        with pytest.raises(OutcomeUnknown, match="Asterisk is shutting down"):
            await client.send("Originate", within=3600)
        assert shutdowns.get_nowait().get("Shutdown") == "Cleanly"
        assert not client.connected


async def test_goodbye_is_an_answer() -> None:
    async with connected() as (asterisk, client):
        asterisk.answers["Logoff"] = lambda action: block(
            ("Response", "Goodbye"), ("ActionID", action.get("ActionID")), ("Message", "Thanks for all the fish.")
        )
        assert (await client.send("Logoff")).get("Response") == "Goodbye"


async def test_a_connection_that_answers_no_ping_is_given_up() -> None:
    async with connected(Pace(first=0.01, most=0.02, idle=0.02, answer=0.02)) as (asterisk, _):
        asterisk.answers["Ping"] = silent
        await asterisk.has("Ping")
        await asterisk.logged_in(2)


async def test_a_quiet_connection_is_kept_by_pings() -> None:
    async with connected(Pace(first=0.01, idle=0.01)) as (asterisk, client):
        await asterisk.has("Ping", 3)
        assert client.connected
        assert asterisk.logins == 1


async def test_a_port_that_does_not_speak_ami_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeAmi() as asterisk:
        asterisk.answers["Challenge"] = silent
        client = client_of(asterisk, pace=Pace(first=0.01, login=0.02))
        async with running(client.run()):
            await asterisk.has("Challenge", 2)
            assert not client.connected
        assert "no AMI login within 0.02 s (is this the AMI port?)" in caplog.text


async def test_an_asterisk_that_does_not_read_gets_no_more_than_the_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected() as (_, client):
        monkeypatch.setattr("ivr.adapters.asterisk.ami_connection._MOST_UNSENT", 10)
        with pytest.raises(AsteriskUnavailable, match="does not read"):
            await client.send("Ping")


def test_the_client_works_on_uvloop_as_well() -> None:
    async def scenario() -> None:
        async with connected() as (asterisk, client):
            hangups = heard(client, "Hangup")
            asterisk.drop()
            await asterisk.logged_in(2)
            await client.wait_connected(5)
            asterisk.event("Hangup", ("CallerIDName", "王小明"))
            assert (await client.send("Ping")).get("Ping") == "Pong"
            assert hangups.get_nowait().get("CallerIDName") == "王小明"

    uvloop.run(scenario())
