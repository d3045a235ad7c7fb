"""``fetch`` and ``lookup`` in the machine: what is asked, and where the call goes with what came of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from ivr.core.base.secret import MASK, Sealed, Secret, SecretName
from ivr.core.calls.outcomes import Digits, Failed, Given
from ivr.core.calls.verbs import Consult
from tests.core.flow.calls import AT, END, Call

ACCOUNT = (
    """flow:
  ask:
    - collect: Your account, please.
      as: account
      length: 1..12
      give_up: goodbye
    - fetch: "https://crm.example.com/accounts/{account}/bill?by={call.from}&key={secret.crm}"
      headers: {Authorization: "Bearer {secret.crm_token}", X-Call: "{call.id}"}
      as: found
      within: 4s
      retries: 1
      meanwhile: One moment, please.
      not_found: unknown
      failed: sorry
    - say: Your balance is {found.balance:money}{found.missing.part}.
    - go: goodbye
  unknown:
    - say: There is no such account.
    - go: goodbye
  sorry:
    - say: Not now.
    - go: goodbye"""
    + END
)

ROWS = (
    """flow:
  who:
    - lookup: select name, balance from customers where phone = :phone and balance > :least and vip = :vip
      in: crm
      with: {phone: "{call.from}", least: 10.5, vip: yes}
      as: customer
      none: stranger
      failed: sorry
    - say: Hello {customer.name}, {customer.balance:money}.
    - go: goodbye
  stranger:
    - say: Who is there?
    - go: goodbye
  sorry:
    - say: Not now.
    - go: goodbye"""
    + END
)


def consult(call: Call) -> Consult:
    """What is asked outside now."""
    assert isinstance(call.verb, Consult), call.verb
    return call.verb


def test_the_request_is_made_of_the_page_and_the_values_of_the_call() -> None:
    verb = consult(Call(ACCOUNT).press("42"))
    assert (verb.source, verb.within, verb.secret) == ("fetch", 4.0, False)
    assert verb.meanwhile is not None
    assert verb.meanwhile.text == "One moment, please."
    assert verb.request == {
        "method": "get",
        "url": Sealed(("https://crm.example.com/accounts/42/bill?by=%2B15551230001&key=", SecretName("crm"))),
        "headers": {"Authorization": Sealed(("Bearer ", SecretName("crm_token"))), "X-Call": "call_1"},
        "send": None,
        "wanted": True,
        "retries": 1,
    }
    assert str(verb.request["url"]) == ("https://crm.example.com/accounts/42/bill?by=%2B15551230001&key={secret.crm}")


def test_an_answer_gets_its_name_and_its_parts_can_be_said() -> None:
    call = Call(ACCOUNT).press("42").then(Given({"balance": 12.5}), at=AT + timedelta(seconds=1.25))
    assert call.hears == "Your balance is $12.50."
    assert call.trail[-1].detail == {"seconds": 1.25}
    assert call.outcomes[-1] == "fetch fetched"


@pytest.mark.parametrize(
    ("balance", "said"),
    [
        (12, "$12.00"),
        ("12.5", "$12.50"),
        ("1,234.567", "$1,234.57"),
        (-3.005, "-$3.01"),
        ("soon", "soon"),
        (None, ""),
        (True, "yes"),
        ({"amount": 1}, ""),
        (10**30, "$1,000,000,000,000,000,000,000,000,000,000.00"),
    ],
)
def test_money_in_json_may_be_a_number_or_a_text(balance: Any, said: str) -> None:
    call = Call(ACCOUNT).press("42").then(Given({"balance": balance}))
    assert call.hears == f"Your balance is {said}."


@pytest.mark.parametrize("value", [None, [], "text", 7, {"other": 1}])
def test_parts_that_are_not_there_are_empty(value: Any) -> None:
    assert Call(ACCOUNT).press("42").then(Given(value)).hears == "Your balance is ."


@pytest.mark.parametrize(
    ("reason", "section"),
    [("status 404", "unknown"), ("status 410", "unknown"), ("status 500", "sorry"), ("timeout", "sorry")],
)
def test_what_is_not_there_and_what_fails_go_their_own_ways(reason: str, section: str) -> None:
    call = Call(ACCOUNT).press("42").then(Failed(reason))
    assert call.section == section
    assert call.trail[-1].detail == {"reason": reason, "seconds": 0.0}
    assert call.value("found") is None


def test_without_a_way_for_it_what_is_not_there_has_failed() -> None:
    call = Call(ACCOUNT.replace("      not_found: unknown\n", "").replace("  unknown:", "  unknown_:")).press("42")
    assert call.then(Failed("status 404")).section == "sorry"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (json.loads("[" * 11 + "]" * 11), "the answer is too deep"),
        ({"a": "x" * 65_536}, "the answer is too large"),
        (list(range(30_000)), "the answer is too large"),
        ({"n": 10**5000}, "the answer is too large"),
        ({1: 2}, "the answer is no JSON"),
        (b"bytes", "the answer is no JSON"),
    ],
)
def test_an_answer_that_is_too_much_has_failed(value: Any, reason: str) -> None:
    call = Call(ACCOUNT).press("42").then(Given(value))
    assert (call.section, call.trail[-1].detail["reason"]) == ("sorry", reason)
    assert call.value("found") is None


def test_an_answer_within_the_bounds_is_kept_and_mended() -> None:
    value = {"deep": json.loads("[" * 9 + "1" + "]" * 9), "n": float("nan"), "half": "a\ud800", "k\udfff": True}
    call = Call(ACCOUNT).press("42").then(Given(value))
    assert call.value("found") == {"deep": value["deep"], "n": None, "half": "a?", "k?": True}


@pytest.mark.parametrize("keys", ["", "#", "*"])
def test_a_value_that_is_empty_is_not_asked_for(keys: str) -> None:
    page = ACCOUNT.replace("- collect: Your account, please.", "- collect: Account?").replace("{account}", "{tier}")
    page = page.replace("    - fetch:", f"    - set: {{tier: '{keys}'}}\n    - fetch:")
    call = Call(page).press("42")
    if keys:
        assert f"/accounts/{'%23' if keys == '#' else '%2A'}/bill" in str(consult(call).request["url"])
        return
    assert call.section == "sorry"
    assert call.trail[-1].detail["reason"] == "there is no value for 'tier' in the address"


@pytest.mark.parametrize("name", [".", ".."])
def test_a_value_never_becomes_a_dot_segment(name: str) -> None:
    page = ACCOUNT.replace("{account}", "{tier}").replace(
        "    - fetch:", f'    - set: {{tier: "{name}"}}\n    - fetch:'
    )
    call = Call(page).press("42")
    assert (call.section, call.trail[-1].detail["reason"]) == ("sorry", "a value does not fit into the address")


def test_a_value_with_a_line_break_never_becomes_a_header() -> None:
    page = ACCOUNT.replace("{call.id}", "{tier}").replace(
        "    - fetch:", '    - set: {tier: "a\\nX-Evil: b"}\n    - fetch:'
    )
    call = Call(page).press("42")
    assert (call.section, call.trail[-1].detail["reason"]) == ("sorry", "a value does not fit into the header X-Call")


def test_a_body_keeps_the_types_of_its_values() -> None:
    page = (
        """flow:
  a:
    - set: {tries: 3, vip: yes}
    - fetch: https://crm.example.com/notes
      method: POST
      send:
        tries: "{tries}"
        vip: "{vip}"
        text: "{tries} tries"
        list: [1, 2.5, no, "7", 0042, "{call.from}"]
        nothing: "{nothing}"
        key: "{secret.crm}"
      failed: goodbye
    - set: {nothing: ""}
    - go: goodbye"""
        + END
    )
    verb = consult(Call(page))
    assert verb.request["method"] == "post"
    assert verb.request["wanted"] is False
    assert verb.request["send"] == {
        "tries": 3,
        "vip": True,
        "text": "3 tries",
        "list": [1, 2.5, False, "7", "0042", "+15551230001"],
        "nothing": None,
        "key": Sealed((SecretName("crm"),)),
    }


def test_secrets_of_the_caller_stay_secret_in_a_request() -> None:
    page = (
        """flow:
  a:
    - collect: Your card, please.
      as: card
      secret: yes
      length: 4
      give_up: goodbye
    - fetch: https://bank.example.com/cards/{card}?again={card}
      method: put
      headers: {X-Card: "is {card}"}
      send: {card: "{card}", text: "card {card}"}
      allow_secret: the bank needs it
      failed: goodbye
    - go: goodbye"""
        + END
    )
    verb = consult(Call(page).then(Digits(Secret("4711"))))
    assert "4711" not in repr(verb)
    assert str(verb.request["url"]) == f"https://bank.example.com/cards/{MASK}?again={MASK}"
    assert verb.request["url"].parts[1] == Secret("4711")
    assert verb.request["send"]["card"] == Secret("4711")


def test_an_answer_that_is_a_secret_is_one_in_all_its_parts() -> None:
    call = Call(
        ACCOUNT.replace("as: found", "as: found\n      secret: yes").replace(
            "    - say: Your balance is {found.balance:money}{found.missing.part}.\n",
            "    - say: Your balance is {found.balance:money}.\n      allow_secret: the caller's own\n",
        )
    ).press("42")
    assert consult(call).secret
    call.then(Given({"balance": 12.5, "ok": True, "list": ["a", None]}))
    assert call.value("found") == {"balance": Secret("12.5"), "ok": True, "list": [Secret("a"), None]}
    assert call.hears == f"Your balance is {MASK}."
    assert "12.5" not in repr(call.turn)


def test_a_lookup_asks_with_parameters() -> None:
    verb = consult(Call(ROWS))
    assert verb.source == "lookup"
    assert verb.request == {
        "database": "crm",
        "sql": "select name, balance from customers where phone = :phone and balance > :least and vip = :vip",
        "with": {"phone": "+15551230001", "least": 10.5, "vip": True},
        "rows": "first",
    }


def test_the_row_that_is_found_gets_the_name() -> None:
    call = Call(ROWS).then(Given({"name": "Ada", "balance": 12}))
    assert call.hears == "Hello Ada, $12.00."
    assert call.outcomes[-1] == "lookup found"


@pytest.mark.parametrize("value", [None, []])
def test_no_row_goes_its_own_way(value: Any) -> None:
    call = Call(ROWS).then(Given(value))
    assert (call.hears, call.outcomes[-1], call.value("customer")) == ("Who is there?", "lookup none", None)


def test_a_database_that_fails_goes_its_own_way() -> None:
    call = Call(ROWS).then(Failed("the database is locked"))
    assert call.hears == "Not now."
    assert call.trail[-1].detail == {"reason": "the database is locked", "seconds": 0.0}


def test_all_rows_are_a_list() -> None:
    page = ROWS.replace("      as: customer", "      rows: all\n      as: customer").replace(
        "Hello {customer.name}, {customer.balance:money}.", "You have {length(customer):number}."
    )
    assert Call(page).then(Given([{"a": 1}] * 120)).hears == "You have 100."
    assert Call(page).then(Given([])).hears == "Who is there?"
