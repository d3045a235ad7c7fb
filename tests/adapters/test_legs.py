"""A caller's leg over real loopback sockets: what is sent to Asterisk, and how its answers are understood."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.asterisk.agi import AgiServer, AgiSession
from ivr.adapters.asterisk.ami import AmiClient
from ivr.adapters.asterisk.legs import AgiLeg, Legs
from ivr.adapters.asterisk.recordings import Recordings
from ivr.core.base.errors import Hangup
from ivr.core.base.secret import Secret
from ivr.core.calls.outcomes import Dialled, DialStatus
from ivr.services.ports import Sound, Unplayable
from ivr.services.scope import beside

ENV = (
    "agi_network: yes\nagi_request: agi://127.0.0.1/call\nagi_channel: PJSIP/p-1\nagi_uniqueid: 17.1\n"
    'agi_callerid: +15551230001\nagi_calleridname: Ada, "x" ${EXTEN}\nagi_dnid: unknown\nagi_extension: 100\n'
    "agi_arg_1: {returned}\n\n"
)
WELCOME = Sound("/prompts/welcome", 1.5)


class Asterisk:
    """Answers commands from a table; whatever is not in it gets ``200 result=0``."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.commands: list[str] = []
        self.writer: asyncio.StreamWriter | None = None

    async def run(self, port: int, env: str) -> None:
        reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.writer.write(env.encode())
        with suppress(ConnectionError):
            while line := (await reader.readline()).decode().strip():
                self.commands.append(line)
                for start, answer in self.answers.items():
                    if line.startswith(start):
                        if answer:
                            self.writer.write(answer.encode() + b"\n")
                        break
                else:
                    self.writer.write(b"200 result=0\n")
        self.writer.close()


@asynccontextmanager
async def a_call(
    tmp_path: Path,
    body: Callable[[AgiLeg, Asterisk], Awaitable[None]],
    answers: dict[str, str] | None = None,
    returned: str = "",
) -> AsyncIterator[Asterisk]:
    """Runs ``body`` on one call; whatever it raises is raised here."""
    asterisk = Asterisk(answers or {})
    failure: list[BaseException] = []
    legs = Legs(AmiClient("127.0.0.1", 1, "ivr", Secret("x")), Recordings(tmp_path, "/there"))

    async def serve(session: AgiSession) -> None:
        leg = legs.open(session)
        try:
            await body(leg, asterisk)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - raised again by the test
            failure.append(error)
        finally:
            legs.close(leg)

    async with asyncio.timeout(20), AgiServer(serve) as server:
        await server.start("127.0.0.1", 0)
        await asterisk.run(server.port, ENV.replace("{returned}", returned))
        await server.wait_closed()
        yield asterisk
    assert len(legs) == 0
    if failure:
        raise failure[0]


async def test_the_caller_is_known_by_number_name_and_dialled_number(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        assert leg.caller.number == "+15551230001"
        assert leg.caller.name == 'Ada, "x" ${EXTEN}'
        assert leg.caller.called == "100"
        assert leg.caller.channel == "17.1"
        assert not leg.caller.returned

    async with a_call(tmp_path, body):
        pass


async def test_a_call_that_was_here_before_says_so(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        assert leg.caller.returned

    async with a_call(tmp_path, body, returned="1"):
        pass


async def test_a_key_stops_a_prompt_and_is_told(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        assert await leg.play(WELCOME, cut=True) == "5"

    async with a_call(tmp_path, body, {"STREAM": "200 result=53 endpos=4000"}) as asterisk:
        assert asterisk.commands == ["STREAM FILE /prompts/welcome 0123456789*#"]


async def test_a_prompt_that_may_not_be_cut_lets_no_key_stop_it(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        assert await leg.play(WELCOME, cut=False) == ""

    async with a_call(tmp_path, body, {"STREAM": "200 result=0 endpos=12000"}) as asterisk:
        assert asterisk.commands == ['STREAM FILE /prompts/welcome ""']


@pytest.mark.parametrize("answer", ["200 result=0 endpos=0", "200 result=-1 endpos=0"])
async def test_a_missing_file_is_told_apart_from_silence(tmp_path: Path, answer: str) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        with pytest.raises(Unplayable, match="welcome"):
            await leg.play(WELCOME, cut=True)

    async with a_call(tmp_path, body, {"STREAM": answer}):
        pass


async def test_the_caller_leaving_in_a_prompt_is_a_hangup(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        with pytest.raises(Hangup):
            await leg.play(WELCOME, cut=True)
        assert not leg.lost

    async with a_call(tmp_path, body, {"STREAM": "HANGUP\n200 result=-1 endpos=3000"}):
        pass


async def test_the_answer_may_come_before_the_word_that_the_caller_left(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        with pytest.raises(Hangup):
            await leg.key(5)

    answers = {"WAIT": "200 result=-1", "CHANNEL STATUS": "HANGUP\n511 Command Not Permitted on a dead channel"}
    async with a_call(tmp_path, body, answers):
        pass


async def test_asterisk_going_away_is_not_the_callers_doing(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, asterisk: Asterisk) -> None:
        assert asterisk.writer is not None
        asterisk.writer.close()
        with pytest.raises(Hangup):
            await leg.key(5)
        assert leg.lost

    async with a_call(tmp_path, body):
        pass


async def test_a_long_wait_is_a_few_commands_and_lasts_as_long_as_asked(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        assert await leg.key(60) == ""

    async with a_call(tmp_path, body) as asterisk:
        waits = [int(line.split()[3]) for line in asterisk.commands]
        assert len(waits) <= 5
        assert waits[0] <= 2000, "a key that was pressed just before the wait, and that only AMI heard, is found soon"
        assert sum(waits) == 60_000


async def test_no_key_in_time_is_empty(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        assert await leg.key(5.0) == ""

    async with a_call(tmp_path, body) as asterisk:
        waits = [int(line.split()[-1]) for line in asterisk.commands]
        assert sum(waits) == 5000


async def test_a_key_that_only_ami_heard_answers_the_next_question(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        leg.heard("4")
        assert await leg.key(5.0) == "4"

    async with a_call(tmp_path, body) as asterisk:
        assert asterisk.commands == []


async def test_an_echo_of_a_key_stops_no_prompt(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, asterisk: Asterisk) -> None:
        leg.heard("5", 0.1)
        assert leg.typed() == "5"
        asterisk.answers["STREAM FILE /prompts/welcome 0123456789*# 4000"] = "200 result=0 endpos=12000"
        asterisk.answers["STREAM"] = "200 result=53 endpos=4000"
        assert await leg.play(WELCOME, cut=True) == ""

    async with a_call(tmp_path, body) as asterisk:
        start = "STREAM FILE /prompts/welcome 0123456789*#"
        assert asterisk.commands == [start, f"{start} 4000"], "it goes on where it was cut"


async def test_an_echo_of_a_key_answers_no_question(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        leg.heard("5", 0.1)
        leg.forget_keys()
        assert await leg.key(2.0) == "5"

    async with a_call(tmp_path, body, {"WAIT": "200 result=53"}) as asterisk:
        assert len(asterisk.commands) == 2, "the wait goes on after the echo, and ends with a key that was pressed"


async def test_a_recording_says_how_long_it_is_and_how_it_ended(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        taken = await leg.record("voicemail/d/rec_1", longest=120, silence=4, end="#", tone=True)
        assert (taken.path, taken.seconds, taken.ended) == ("voicemail/d/rec_1.wav", 3.0, "key")

    async with a_call(tmp_path, body, {"RECORD": "200 result=35 (dtmf) endpos=24000"}) as asterisk:
        assert asterisk.commands == ["RECORD FILE /there/voicemail/d/rec_1 wav # 120000 BEEP s=4"]
    assert (tmp_path / "voicemail" / "d").is_dir()


async def test_what_was_said_before_hanging_up_is_kept(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        taken = await leg.record("voicemail/d/rec_1", longest=120, silence=4, end="#", tone=True)
        assert (taken.seconds, taken.ended) == (2.0, "hangup")

    async with a_call(tmp_path, body, {"RECORD": "HANGUP\n200 result=-1 (hangup) endpos=16000"}):
        pass


async def test_a_full_disk_in_a_recording_is_told(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        with pytest.raises(Unplayable, match="/there/x"):
            await leg.record("x", longest=9, silence=0, end="#", tone=False)

    async with a_call(tmp_path, body, {"RECORD": "200 result=-1 (writefile)"}):
        pass


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("ANSWER", DialStatus.ANSWERED),
        ("BUSY", DialStatus.BUSY),
        ("NOANSWER", DialStatus.NO_ANSWER),
        ("CHANUNAVAIL", DialStatus.UNREACHABLE),
        ("SOMETHINGNEW", DialStatus.UNREACHABLE),
    ],
)
async def test_how_dialling_went_is_known(tmp_path: Path, told: str, status: DialStatus) -> None:
    talked = 42.0 if told == "ANSWER" else 0.0

    async def body(leg: AgiLeg, _: Asterisk) -> None:
        assert await leg.dial("PJSIP/1001", ring=20, longest=0) == Dialled(status, talked)

    answers = {
        "GET VARIABLE DIALSTATUS": f"200 result=1 ({told})",
        "GET VARIABLE ANSWEREDTIME": "200 result=1 (42)" if talked else "200 result=0",
    }
    async with a_call(tmp_path, body, answers) as asterisk:
        assert asterisk.commands[0] == "EXEC Dial PJSIP/1001,20,g"


async def test_a_caller_who_leaves_while_nothing_runs_is_noticed(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, asterisk: Asterisk) -> None:
        gone = asyncio.Event()
        leg.on_gone(gone.set)
        assert asterisk.writer is not None
        asterisk.writer.write(b"HANGUP\n")
        await gone.wait()

    async with a_call(tmp_path, body):
        pass


async def test_handing_back_only_closes_the_connection(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        leg.hand_back()

    async with a_call(tmp_path, body) as asterisk:
        assert asterisk.commands == []


async def test_a_sound_goes_on_from_where_it_was_left(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, _: Asterisk) -> None:
        await leg.play(WELCOME, cut=True, start=0.5)

    async with a_call(tmp_path, body, {"STREAM": "200 result=0 endpos=12000"}) as asterisk:
        assert asterisk.commands == ["STREAM FILE /prompts/welcome 0123456789*# 4000"]


async def stopped(leg: AgiLeg, stop: Callable[[str], Awaitable[None]], move: Coroutine[Any, Any, str]) -> str:
    """Runs a move on a leg, and stops it once it is under way."""
    leg._stop = stop
    async with beside(move) as moving:
        await asyncio.sleep(0.05)
        await leg.stop_sound()
        return await moving


@pytest.mark.parametrize(
    ("command", "answer"), [("STREAM", "200 result=0 endpos=0"), ("WAIT FOR DIGIT", "200 result=1000")]
)
async def test_a_sound_or_a_wait_is_stopped_without_a_key(tmp_path: Path, command: str, answer: str) -> None:
    channels: list[str] = []

    async def body(leg: AgiLeg, asterisk: Asterisk) -> None:
        async def stop(channel: str) -> None:
            channels.append(channel)
            assert asterisk.writer is not None
            asterisk.writer.write(answer.encode() + b"\n")

        await leg.stop_sound()  # nothing runs: nothing is asked for
        move = leg.play(WELCOME, cut=True) if command == "STREAM" else leg.key(60)
        assert await stopped(leg, stop, move) == ""

    async with a_call(tmp_path, body, {command: ""}) as asterisk:
        assert channels == ["17.1"], "it is asked for once"
        assert len(asterisk.commands) == 1


async def test_without_ami_a_sound_plays_to_its_end(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, asterisk: Asterisk) -> None:
        async with beside(leg.play(WELCOME, cut=True)) as sounding:
            await asyncio.sleep(0.05)
            await leg.stop_sound()
            assert not sounding.done()
            assert asterisk.writer is not None
            asterisk.writer.write(b"200 result=0 endpos=12000\n")
            assert await sounding == ""

    async with a_call(tmp_path, body, {"STREAM": ""}):
        pass


async def test_a_stop_that_came_too_late_does_not_cut_the_next_sound(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, asterisk: Asterisk) -> None:
        async def stop(channel: str) -> None:
            assert asterisk.writer is not None
            asterisk.writer.write(b"200 result=0 endpos=12000\n")  # it was over at that moment

        assert await stopped(leg, stop, leg.play(WELCOME, cut=True)) == ""
        asterisk.answers = {"STREAM": "200 result=0 endpos=12000", "WAIT": "200 result=52"}
        await leg.play(WELCOME, cut=False)
        await leg.play(WELCOME, cut=False)
        assert leg.typed() == "4", "a key that was pressed just then is kept"

    async with a_call(tmp_path, body, {"STREAM": ""}) as asterisk:
        assert [line.split()[0] for line in asterisk.commands] == ["STREAM", "WAIT", "STREAM", "STREAM"]


async def test_a_stop_that_was_in_time_costs_nothing(tmp_path: Path) -> None:
    async def body(leg: AgiLeg, asterisk: Asterisk) -> None:
        async def stop(channel: str) -> None:
            assert asterisk.writer is not None
            asterisk.writer.write(b"200 result=0 endpos=4000\n")

        assert await stopped(leg, stop, leg.play(WELCOME, cut=True)) == ""
        await leg.answer()

    async with a_call(tmp_path, body, {"STREAM": ""}) as asterisk:
        assert [line.split()[0] for line in asterisk.commands] == ["STREAM", "ANSWER"]
