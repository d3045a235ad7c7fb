"""What bench.service plays: the flows, and the calls through them as commands with their answers.

A call says welcome, asks a menu, collects an account number of six keys, reads a balance aloud as often as there are
passes, then takes a message, says goodbye and hangs up. Every command of the service is checked against the script.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FLOWS = {
    "main": """\
about: The flow of the measurement.
languages: [en]

anywhere:
  operator: {press: "0", say: operator, go: goodbye}
  repeat: {press: "*", say: repeat}

defaults:
  attempts: 3
  first_input: 5s
  give_up: goodbye

flow:
  welcome:
    - say: Welcome to Acme.
    - set: {rounds: 0}
    - go: main_menu
  main_menu:
    - set: {rounds: rounds + 1}
    - menu: For billing, press 1. To leave a message, press 2.
      options:
        - {press: 1, say: billing, tag: billing, go: billing}
        - {press: 2, say: message, tag: message, go: message}
  billing:
    - collect: Please key in your account number, then press hash.
      as: account
      length: 4..10
    - if: starts_with(account, "99") or rounds > 1000
      say: This is a business account.
      go: goodbye
    - set: {balance: 12.50}
    - say: The balance of account {account:digits} is {balance:money}.
    - go: main_menu
  message:
    - record: Please leave a message after the tone.
      for: support
    - say: Thank you.
    - go: goodbye
  goodbye:
    - say: Goodbye.
    - hangup
""",
    "waiting": """\
about: The flow whose callers wait.
languages: [en]

flow:
  welcome:
    - menu: For billing, press 1.
      first_input: 60s
      give_up: goodbye
      options:
        - {press: 1, say: billing, go: goodbye}
  goodbye:
    - hangup
""",
}

SETTINGS = """\
agi: {most_calls: 20000}
prompts: {cache: prompts, order: [recorded]}
log: {level: warning}
"""

Step = tuple[bytes, bytes]  # how a command begins, and its answer

ACCOUNT = "456789"
PLAYED = (b"STREAM FILE ", b"200 result=0 endpos=12800\n")
LAST = b"HANGUP"


def steps(passes: int, account: str = ACCOUNT) -> Iterator[Step]:
    """One call: 9 commands a pass and 8 more."""
    yield b"ANSWER", b"200 result=0\n"
    yield PLAYED
    for _ in range(passes):
        yield _cut_by("1")
        yield _cut_by(account[0])
        for key in account[1:] + "#":
            yield b"WAIT FOR DIGIT ", b"200 result=%d\n" % ord(key)
        yield PLAYED
    yield _cut_by("2")
    yield PLAYED
    yield b"RECORD FILE ", b"200 result=35 (dtmf) endpos=32000\n"
    yield PLAYED
    yield PLAYED
    yield LAST, b"200 result=1\n"


def _cut_by(key: str) -> Step:
    return b"STREAM FILE ", b"200 result=%d endpos=800\n" % ord(key)


def lines(passes: int) -> list[bytes]:
    """The commands of a call as a server sends them that knows nothing but the script."""
    words = {
        b"STREAM FILE ": b'STREAM FILE /srv/ivr/prompts/0a/0123456789abcdef0123456789abcdef "0123456789*#"',
        b"WAIT FOR DIGIT ": b"WAIT FOR DIGIT 2000",
        b"RECORD FILE ": b'RECORD FILE /srv/ivr/recordings/voicemail/2026-11-22/rec_01JD wav "#" 120000 BEEP s=4',
    }
    return [words.get(begin, begin) + b"\n" for begin, _ in steps(passes)]


def write_site(home: Path) -> None:
    """Settings, flows, and a recording for every text, so that no engine is needed."""
    from ivr.adapters.speech.recorded import RecordedPrompts
    from ivr.app import flows as flow_files
    from ivr.app.prompts import known_ahead
    from ivr.core.audio.clip import tone
    from ivr.core.audio.telephone import FORMATS
    from ivr.services.speech.wording import piece_text

    folder = home / "flows"
    folder.mkdir()
    (home / "ivr.yaml").write_text(SETTINGS)
    for name, text in FLOWS.items():
        (folder / f"{name}.yaml").write_text(text)
    (folder / "numbers.yaml").write_text('"200": waiting\n')
    loaded = flow_files.load_files(flow_files.files(folder))
    assert not loaded.broken, loaded.shown
    recorded = RecordedPrompts(folder / "prompts")
    (folder / "prompts" / "en").mkdir(parents=True)
    sound = FORMATS["wav"].encode(tone(440, 0.2))
    for sentence in known_ahead(loaded.flows.values()):
        for piece in sentence.pieces:
            if piece_text(piece):
                recorded.path(piece_text(piece), sentence.language).write_bytes(sound)
