"""``queue``: what is asked of the router, where the call goes then, and every mistake at its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.core.acd.setup import NO_SETUP
from ivr.core.calls.outcomes import Dialled, DialStatus, Failed, Queued, QueueEnding, Said
from ivr.core.calls.verbs import Queue, Recording, Sentence
from ivr.core.flow import machine, replay, tape
from ivr.core.flow.bundle import Bundle, read
from ivr.core.flow.diagram.chart import chart
from ivr.core.flow.effort import Interest, efforts
from ivr.core.flow.simulate import Simulation
from ivr.core.flow.surroundings import Outside, Surroundings
from tests.core.flow.calls import AT, FACTS
from tests.core.flow.folders import Files, FolderCall, problems, unmarked

QUEUES = """\
skills:
  billing: Bills
  contracts: Contracts
queues:
  billing:
    needs: {require: {billing: 2, contracts: 1}}
    most: 20
    longest: 10m
    without_agents: {join: no}
    music: music/calm
  sales: {hours: desk}
  endless: {}
"""
HOURS = "desk: {open: {mon-fri: 09:00-17:00}}\n"
REST = """\
  early:
    - say: You were early.
    - go: goodbye
  talked:
    - say: How was it?
    - go: goodbye
  lost:
    - say: Please call again.
    - go: goodbye
  message:
    - record: Please leave a message after the tone.
      for: billing
    - go: goodbye
  goodbye:
    - hangup
"""
ANYWHERE = """\
anywhere:
  operator: {press: "0", go: message}
  repeat: {press: "*"}
  back: {press: "9"}
"""


def files(options: str, queue: str = "billing", *, top: str = "", before: str = "") -> Files:
    """A folder whose flow comes to a queue first, or after other actions."""
    written = "".join(f"      {line}\n" for line in options.splitlines())
    page = f"{top}flow:\n  welcome:\n{before}    - queue: {queue}\n{written}    - go: goodbye\n{REST}"
    return {"main.yaml": page, "queues.yaml": QUEUES, "hours.yaml": HOURS}


def call(options: str = "", queue: str = "billing", *, top: str = "", before: str = "") -> FolderCall:
    """A call that comes to the queue."""
    return FolderCall(files(options, queue, top=top, before=before))


def asks(options: str, queue: str = "billing", *, top: str = "", before: str = "") -> Queue:
    """What is asked of the router."""
    verb = call(options, queue, top=top, before=before).verb
    assert isinstance(verb, Queue), verb
    return verb


def bundle(options: str = "", queue: str = "billing", *, top: str = "") -> Bundle:
    """The folder as a bundle."""
    found = read({name: text.encode() for name, text in files(options, queue, top=top).items()})
    assert found.bundle is not None, found.shown
    return found.bundle


def test_without_options_it_waits_with_the_queues_music() -> None:
    assert asks("", "endless") == Queue("endless")
    assert asks("unanswered: lost").music == Sentence("en", (Recording("music/calm"),))


def test_needs_are_in_the_order_of_names_and_a_language_is_one_of_them() -> None:
    verb = asks('needs: {contracts: 4, language: "{call.language}", billing: 3}\nunanswered: lost')
    assert verb.needs == (("billing", 3), ("contracts", 4), ("language en", 1))


@pytest.mark.parametrize(
    ("written", "needs"),
    [("zh", (("language zh", 1),)), ('"{wanted} "', (("language de", 1),)), ('"{nothing}"', ())],
)
def test_a_language_is_a_word_or_a_value_and_an_empty_one_asks_for_none(written: str, needs: object) -> None:
    known = '    - set: {wanted: de, nothing: ""}\n'
    assert asks(f"needs: {{language: {written}}}\nunanswered: lost", before=known).needs == needs


@pytest.mark.parametrize(("written", "minutes"), [("5m", 5.0), ("+90s", 1.5), ("-1h", -60.0)])
def test_a_priority_is_in_minutes_of_waiting(written: str, minutes: float) -> None:
    assert asks(f"priority: {written}\nunanswered: lost").priority == minutes


def test_a_call_may_be_kept_for_an_agent() -> None:
    known = '    - set: {last: ada, nobody: ""}\n'
    verb = asks('prefer: {agent: "{last}", for: 30s}', "endless", before=known)
    assert (verb.prefer, verb.prefer_for) == ("ada", 30.0)
    verb = asks('prefer: {agent: "{nobody}", for: 30s}', "endless", before=known)
    assert (verb.prefer, verb.prefer_for) == ("", 0.0)


def test_its_own_music_goes_before_the_queues() -> None:
    own = bundle("music: music/lively\nunanswered: lost").flows["main"]
    assert [sentence.text for sentence in own.recordings()] == ["[music/lively]"]
    queues = bundle("unanswered: lost").flows["main"]
    assert [sentence.text for sentence in queues.recordings()] == ["[music/calm]"]


def test_only_keys_that_lead_elsewhere_leave_it() -> None:
    """A queue has nothing to repeat, and whoever asks for it keeps the place."""
    verb = asks('keys: {1: message, "#": early}\nunanswered: lost', top=ANYWHERE)
    assert (verb.leave, verb.always) == ("1#", "0")
    assert asks("keys: {0: early}\nunanswered: lost", top=ANYWHERE).always == ""


def test_back_leaves_it_when_there_is_a_question_to_go_back_to() -> None:
    question = "    - menu: Press 1.\n      options: [{press: 1, go: second}]\n      give_up: lost\n"
    second = "  second:\n    - queue: endless\n    - go: goodbye\n"
    pages = {**files("", "endless", top=ANYWHERE), "main.yaml": f"{ANYWHERE}flow:\n  ask:\n{question}{second}{REST}"}
    waits = FolderCall(pages).press("1")
    assert isinstance(waits.verb, Queue)
    assert waits.verb.always == "09"
    assert waits.then(Queued(QueueEnding.KEY, key="9")).asks.sentence is not None


@pytest.mark.parametrize(
    ("came", "outcome", "section"),
    [
        (Queued(QueueEnding.ANSWERED, 12.3456, 60, "ada"), "answered", "talked"),
        (Queued(QueueEnding.FULL), "full", "early"),
        (Queued(QueueEnding.WAITED_TOO_LONG, 600), "waited_too_long", "lost"),
        (Queued(QueueEnding.NO_AGENTS), "no_agents", "message"),
        (Queued(QueueEnding.KEY, 3, key="1"), "key", "message"),
        (Queued(QueueEnding.KEY, 3, key="2"), "key", "early"),
        (Failed("there are no queues here"), "failed", "lost"),
        (Said(), "failed", "lost"),
    ],
)
def test_each_outcome_goes_its_way(came: Queued | Failed | Said, outcome: str, section: str) -> None:
    options = "answered: talked\nfull: early\nno_agents: message\nunanswered: lost\nkeys: {1: message, 2: early}"
    made = call(options).then(came)
    assert (made.outcomes, made.section) == ([f"queue {outcome}"], section)


def test_without_words_for_it_the_next_action_follows() -> None:
    endings = (Queued(QueueEnding.ANSWERED), Queued(QueueEnding.FULL), Failed("no"))
    assert [call().then(came).outcomes[-1] for came in endings] == ["hangup ended"] * 3


def test_what_came_of_it_is_told_with_the_step() -> None:
    answered = call("unanswered: lost").then(Queued(QueueEnding.ANSWERED, 12.3456, 60.0, "ada")).trail[0]
    assert answered.detail == {"queue": "billing", "waited": 12.346, "talked": 60.0, "agent": "ada"}
    assert call().then(Failed("nothing works")).trail[0].detail == {"queue": "billing", "reason": "nothing works"}
    left = call("keys: {1: lost}").then(Queued(QueueEnding.KEY, 3.0, key="1")).trail[0]
    assert left.detail == {"queue": "billing", "press": "1", "waited": 3.0}


def test_a_key_of_anywhere_is_obeyed_unless_the_queue_has_it() -> None:
    pressed = Queued(QueueEnding.KEY, 3.0, key="0")
    assert call("unanswered: lost", top=ANYWHERE).then(pressed).outcomes == ["queue anywhere"]
    own = call("keys: {0: early}\nunanswered: lost", top=ANYWHERE).then(pressed)
    assert (own.outcomes, own.section) == (["queue key"], "early")


def test_outside_of_its_hours_nobody_waits() -> None:
    flow = bundle("closed: early\nunanswered: lost", "sales").flows["main"]
    turn = machine.start(flow, FACTS)
    assert isinstance(turn.verb, Queue)
    turn = machine.start(flow, replace(FACTS, at=AT + timedelta(hours=9)))
    [step] = turn.trail
    assert (step.outcome, step.to, step.detail) == ("closed", "early", {"queue": "sales", "calendar": "desk"})


@pytest.mark.parametrize("came", [Queued(QueueEnding.ANSWERED, 2.5, 31.25, "ada"), Failed("no")])
def test_a_call_through_it_is_replayed(came: Queued | Failed) -> None:
    flow = bundle("answered: talked\nunanswered: lost").flows["main"]
    recorder = tape.Recorder("main", "b", FACTS)
    turn = machine.start(flow, FACTS)
    for outcome in (came, Said()):
        recorder.told(turn.verb, outcome, AT)  # type: ignore[arg-type]
        turn = machine.resume(flow, turn.state, outcome, AT)
        recorder.moved(turn)
    kept = tape.read(recorder.document())
    assert replay.replay(kept, {"main": flow}, strictly=True).verdict is replay.Verdict.SAME
    elsewhere = bundle("answered: early\nunanswered: early").flows["main"]
    assert replay.replay(kept, {"main": elsewhere}).verdict is replay.Verdict.DIFFERENT


def test_a_tape_of_a_talk_elsewhere_says_what_is_missing() -> None:
    dialled = "flow:\n  a:\n    - dial: '1'\n      failed: b\n    - go: b\n  b:\n    - hangup\n"
    found = read({"main.yaml": dialled.encode()})
    assert found.bundle is not None
    recorder = tape.Recorder("main", "b", FACTS)
    turn = machine.start(found.bundle.flows["main"], FACTS)
    recorder.told(turn.verb, Dialled(DialStatus.ANSWERED, 3.0), AT)  # type: ignore[arg-type]
    recorder.moved(machine.resume(found.bundle.flows["main"], turn.state, Dialled(DialStatus.ANSWERED, 3.0), AT))
    parting = replay.replay(tape.read(recorder.document()), bundle("unanswered: lost").flows).difference
    assert parting is not None
    assert parting.why == "the call is asked for how the wait in a queue went here, and what it has next is Dialled"


def simulated(options: str, *lines: str, queue: str = "billing", top: str = "") -> list[str]:
    """The transcript of a call at the keyboard."""
    simulation = Simulation(bundle(options, queue, top=top).flows["main"], FACTS)
    told = simulation.begin()
    for line in lines:
        told += simulation.line(line)
    return [f"{line.who}: {line.text}" for line in told]


def test_the_simulator_asks_how_it_went() -> None:
    told = simulated("keys: {1: message}\nanswered: talked\nunanswered: lost", "", top=ANYWHERE)
    assert told[1] == (
        "hint: waiting in billing: answered, full, waited_too_long, no_agents, failed [answered]; keys 1, 0 leave it"
    )
    assert told[2:4] == [
        "hint: an agent answers",
        "flow: welcome: queue answered (queue billing, waited 10, talked 60)",
    ]


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("waited too long", "queue waited_too_long (queue billing, waited 600)"),
        ("full", "queue full (queue billing, waited 0)"),
        ("no_agents", "queue no_agents (queue billing, waited 0)"),
        ("failed", "queue failed (queue billing, reason simulated)"),
        ("1", "queue key (queue billing, press 1, waited 0)"),
        ("0", "queue anywhere (press 0, anywhere operator)"),
    ],
)
def test_the_simulator_takes_outcomes_and_keys(line: str, step: str) -> None:
    told = simulated("keys: {1: message}\nunanswered: lost", line, top=ANYWHERE)
    assert f"flow: welcome: {step}" in told


def test_the_simulator_asks_again_when_nothing_came_of_a_line() -> None:
    told = simulated("", "5", "busy", "hangup", queue="endless")
    assert told == [
        "hint: waiting in endless: answered, failed [answered]",
        "caller: 5",
        "hint: waiting in endless: answered, failed [answered]",
        "hint: how did it go? answered, failed",
        "caller: hangs up",
        "flow: welcome: queue caller_left",
        "end: the call is over: caller_left",
    ]


def test_it_is_a_person_that_callers_come_to() -> None:
    flow = bundle("keys: {1: message}\nanswered: talked\nunanswered: lost").flows["main"]
    found = {(item.goal.interest, item.goal.name): item for item in efforts(flow, "en")}
    person = found[Interest.PERSON, "queue billing"]
    assert person.first is not None
    assert person.first.seconds == 0
    message = found[Interest.RECORDING, "billing"]
    assert message.first is not None
    assert message.first.keys == 1
    assert message.silent is None
    lost = efforts(bundle("waited_too_long: message\nunanswered: lost").flows["main"], "en")
    [silent] = [item.silent for item in lost if item.goal.interest is Interest.RECORDING]
    assert silent is not None
    assert silent.seconds > 600


def test_a_picture_shows_the_person_and_every_way() -> None:
    drawn = chart(bundle("keys: {1: message}\nanswered: talked\nunanswered: lost").flows["main"], "en")
    [box] = [box for box in drawn.boxes if box.name == "welcome"]
    assert box.person
    assert [(row.kind, row.text) for row in box.rows] == [("queue", "billing")]
    ways = {(way.label, way.to) for way in drawn.ways if way.section == "welcome" and way.to != "goodbye"}
    lost = {(outcome, "lost") for outcome in ("full", "waited_too_long", "no_agents", "failed")}
    assert ways == lost | {("key 1", "message"), ("answered", "talked")}


MISTAKES: dict[str, tuple[str, str, str, str]] = {  # the queue, its options, the finding and its hint
    "a queue that is not there": ("«bilings»", "unanswered: lost", "F270", "did you mean 'billing'?"),
    "another queue": ("«x»", "unanswered: lost", "F270", "queues are billing, sales, endless"),
    "a skill that is not there": (
        "billing",
        "needs: {«bilings»: 3}\nunanswered: lost",
        "F250",
        "did you mean 'billing'?",
    ),
    "another skill": ("billing", "needs: {«x»: 3}\nunanswered: lost", "F250", "there is billing, contracts"),
    "languages": ("billing", "needs: {«languages»: en}\nunanswered: lost", "F250", "write language:"),
    "a language that is none": (
        "billing",
        "needs: {language: «3»}\nunanswered: lost",
        "F273",
        "write a tag such as en",
    ),
    "a level that is none": (
        "billing",
        "needs: {billing: «6»}\nunanswered: lost",
        "F252",
        "a level is a whole number, 1 for a little to 5 for best",
    ),
    "needs that are none": ("billing", "needs: «billing»\nunanswered: lost", "F022", "write  needs: {billing: 3}"),
    "a priority that is none": ("billing", "priority: «5»\nunanswered: lost", "F260", "write 5m for as many minutes"),
    "preferring nobody": ("billing", "prefer: «{for: 30s}»\nunanswered: lost", "F020", "the agent for whom the call"),
    "preferring for good": ("billing", "prefer: «{agent: ada}»\nunanswered: lost", "F020", "how long the call is kept"),
    "music that is no file": ("billing", "music: «calm.wav»\nunanswered: lost", "F161", "write it as  music/calm"),
    "a key that is none": ("billing", "keys: {«x»: lost}\nunanswered: lost", "F017", "a key is one of 0 to 9"),
    "several keys": ("billing", "keys: {«12»: lost}\nunanswered: lost", "F017", "a single key leaves the queue"),
    "a key twice": ("billing", 'keys: {1: lost, «"1"»: early}\nunanswered: lost', "F004", ""),
    "a key to nowhere": ("billing", "keys: {1: «lsot»}\nunanswered: lost", "F104", "did you mean 'lost'?"),
    "keys that are none": ("billing", "keys: «1»\nunanswered: lost", "F022", ""),
    "nothing about no answer": ("billing", "answered: talked", "F115", "add  unanswered: section, or full:, waited"),
    "never full": ("endless", "full: «lost»", "F272", "take it out, or give the queue a limit in queues.yaml"),
    "nobody waits too long": ("endless", "waited_too_long: «lost»", "F272", "take it out, or give the queue a limit"),
    "callers always stay": ("endless", "no_agents: «lost»", "F272", "take it out, or give the queue a limit"),
    "never closed": ("endless", "closed: «lost»", "F272", "take it out, or give the queue a limit"),
    "an option of another kind": ("billing", "«failed»: lost", "F021", "write unanswered:"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_at_its_place(name: str) -> None:
    queue, options, code, hint = MISTAKES[name]
    pages, marks = unmarked(files(options, queue))
    found = [one for one in problems(pages) if one.code not in ("F106", "F266")]
    if not marks:
        marks = [("main.yaml", 3, 7)]
    assert [(one.mark.file, one.mark.line, one.mark.column) for one in found] == marks
    assert found[0].code == code
    assert found[0].hint.startswith(hint)


def test_a_folder_without_queues_says_so_once() -> None:
    pages = files("needs: {billing: 3}\nunanswered: lost")
    del pages["queues.yaml"]
    found = [one for one in problems(pages) if one.code == "F271"]
    assert [(one.message, one.hint) for one in found] == [
        (
            "there are no queues: this folder has no queues.yaml.",
            "write  queues: {billing: {}}  in queues.yaml beside this page",
        )
    ]
    assert Surroundings().setup is NO_SETUP


def test_an_anywhere_key_of_its_own_is_told() -> None:
    found = problems(files("keys: {0: early}\nunanswered: lost", top=ANYWHERE))
    assert [one.message for one in found if one.code == "F109"] == [
        "key 0 takes the key of 'operator': here it no longer means that."
    ]


def test_its_music_is_looked_for_among_the_recordings() -> None:
    outside = Outside(recordings={"music/calm": 30.0})
    found = problems(files("music: music/clam\nunanswered: lost"), outside)
    assert [(one.code, one.hint) for one in found if one.code == "F162"] == [("F162", "did you mean 'music/calm'?")]
    assert "F162" not in [one.code for one in problems(files("music: music/calm\nunanswered: lost"), outside)]


@pytest.mark.parametrize("option", ['prefer: {agent: "{code}", for: 30s}', 'needs: {language: "{code}"}'])
def test_a_secret_says_nobody_whom_to_ring(option: str) -> None:
    asked = "    - collect: Your code.\n      as: code\n      length: 4\n      secret: yes\n      give_up: lost\n"
    pages = files(f"{option}\nunanswered: lost", before=asked)
    assert [one.message for one in problems(pages) if one.code == "F119"] == [
        "'code' is a secret, and 'queue' would give it away."
    ]
    allowed = files(f"{option}\nunanswered: lost\nallow_secret: it is the agent's number", before=asked)
    assert "F119" not in [one.code for one in problems(allowed)]
