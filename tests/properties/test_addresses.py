"""Whatever a caller or a foreign service puts into a value, what goes out keeps the shape that the page gave it."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from ivr.core.base.answers import LARGEST, Unbearable, bounded
from ivr.core.calls.verbs import Consult
from ivr.core.flow import machine
from ivr.core.flow.state import Facts
from tests.core.flow.calls import AT, flow

PAGE = flow("""flow:
  a:
    - fetch: "https://crm.example.com:8443/v1/accounts/{call.from}/x-{call.name}.json?first={call.to}&last=1"
      headers: {X-Caller: "by {call.name}"}
      method: post
      send: {name: "{call.name}", both: "{call.from} {call.to}"}
      failed: sorry
    - go: sorry
  sorry:
    - hangup
""")
SQL = flow("""flow:
  a:
    - lookup: select 'it is ' || :name as name where :number = :number
      in: crm
      with: {name: "{call.name}", number: "{call.from}"}
      none: sorry
      failed: sorry
    - go: sorry
  sorry:
    - hangup
""")
# Text of any kind, and much of what has a meaning in an address, a header or a path.
TEXT = st.text(max_size=60) | st.text("./\\%2eE?#&=@:;+ \r\n\t\0\ud800é0", max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=5),
    max_leaves=60,
)


def asked(page: Any, caller: str, name: str, called: str) -> Consult | None:
    """What a call asks outside, None when it does not fit."""
    turn = machine.start(page, Facts("call_1", caller, name, called, AT))
    return turn.verb if isinstance(turn.verb, Consult) else None


@given(TEXT, TEXT, TEXT)
def test_a_value_never_changes_where_a_request_goes(caller: str, name: str, called: str) -> None:
    verb = asked(PAGE, caller, name, called)
    if verb is None:
        breaks = not name.isprintable() or len(name) > 3900
        assert not caller or not name or caller in (".", "..") or breaks
        return
    url = verb.request["url"]
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "crm.example.com:8443", "")
    segments = parts.path.split("/")
    assert (segments[:3], len(segments)) == (["", "v1", "accounts"], 5)
    mended = [text.encode("utf-8", "replace").decode() for text in (caller, name, called)]
    assert [unquote(segment) for segment in segments[3:]] == [mended[0], f"x-{mended[1]}.json"]
    assert parse_qsl(parts.query, keep_blank_values=True) == [("first", mended[2]), ("last", "1")]
    # The library that sends it understands the same, also where it would tidy up.
    for understood in (URL(url, encoded=True), URL(url)):
        assert (understood.raw_host, understood.port) == ("crm.example.com", 8443)
        assert len(understood.raw_parts) == 5
    assert verb.request["headers"].keys() == {"X-Caller"}
    assert verb.request["headers"]["X-Caller"].isprintable()
    assert verb.request["send"] == {"name": name, "both": f"{caller} {called}"}


@given(TEXT, TEXT)
def test_a_value_is_never_a_part_of_sql(caller: str, name: str) -> None:
    verb = asked(SQL, caller, name, "100")
    assert verb is not None
    assert verb.request["sql"] == "select 'it is ' || :name as name where :number = :number"
    values = {key: value.encode("utf-8", "replace").decode() for key, value in verb.request["with"].items()}
    with sqlite3.connect(":memory:") as conn:
        row = conn.execute(verb.request["sql"], values).fetchone()
    conn.close()
    assert row == (f"it is {values['name']}",)


@given(JSON)
def test_an_answer_is_kept_as_it_is_or_refused(value: Any) -> None:
    try:
        kept = bounded(value)
    except Unbearable:
        assert _depth(value) > 10 or len(repr(value)) > LARGEST / 8
        return
    assert _depth(kept) <= 10
    assert repr(kept).encode()  # no half characters
    if _is_sound(value):
        assert kept == value


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _is_sound(value: Any) -> bool:
    text = repr(value)
    return not any(word in text for word in ("nan", "inf", "\\ud", "\\udc"))
