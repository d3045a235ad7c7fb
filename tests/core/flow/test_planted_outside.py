"""Mistakes in what a flow asks outside, each found at its place with its code, and nothing else found.

``«…»`` marks where, as in `tests.core.flow.test_planted`.
"""

from __future__ import annotations

import pytest

from ivr.core.document.problems import Problem
from ivr.core.flow.load import load
from ivr.core.flow.surroundings import Outside, Surroundings
from tests.core.flow.test_planted import _places

OUTSIDE = Outside(
    hosts=frozenset({"crm.example.com", "HTTPS://crm.lan:8443", "http://10.0.0.5:8080"}),
    databases=frozenset({"crm"}),
    secrets=frozenset({"crm_token"}),
)


def found(text: str, outside: Outside = OUTSIDE) -> list[Problem]:
    """The findings of a page on a machine whose settings are known."""
    return load(text, "flows/main.yaml", surroundings=Surroundings(outside))[1].all


def fetch(address: str, *more: str) -> str:
    """A flow that fetches."""
    return f"flow:\n  a:\n    - fetch: {address}\n" + "".join(f"      {line}\n" for line in (*more, "failed: b")) + END


def lookup(sql: str, *more: str) -> str:
    """A flow that looks up."""
    lines = (*more, "none: b", "failed: b")
    return f"flow:\n  a:\n    - lookup: {sql}\n" + "".join(f"      {line}\n" for line in lines) + END


END = "    - go: b\n  b:\n    - hangup\n"
HERE = "https://crm.example.com/a"
PLANTED: dict[str, tuple[str, str]] = {
    "an address without a host": ("F140", fetch("«/accounts»")),
    "an address without a scheme": ("F140", fetch("«crm.example.com/accounts»")),
    "another scheme": ("F140", fetch("«ftp://crm.example.com/a»")),
    "a host that is a value": ("F140", fetch('«"https://{call.to}/a"»')),
    "a host that ends in a value": ("F140", fetch('«"https://crm.example.com{call.to}"»')),
    "an address that is a value": ("F140", fetch('«"{call.to}"»')),
    "a password in an address": ("F140", fetch("«https://me:pw@crm.example.com/a»")),
    "a host with a strange character": ("F140", fetch("«https://crm_/.example.com/a»")),
    "a port that is none": ("F140", fetch("«https://crm.example.com:99999/a»")),
    "a fragment": ("F140", fetch("«https://crm.example.com/a#b»")),
    "a bare percent sign": ("F140", fetch("«https://crm.example.com/100%/a»")),
    "a dot segment": ("F140", fetch("«https://crm.example.com/a/../b»")),
    "a dot segment in disguise": ("F140", fetch("«https://crm.example.com/a/%2E%2e/b»")),
    "a host that is not allowed": ("F141", fetch("«https://evil.example/a»")),
    "a port that is not allowed": ("F141", fetch("«https://crm.example.com:444/a»")),
    "no encryption where there should be": ("F141", fetch("«http://crm.example.com/a»")),
    "an allowed host as a part of another": ("F141", fetch("«https://crm.example.com.evil.example/a»")),
    "a header that the service sets": ("F142", fetch(HERE, "headers: {«Host»: evil.example}")),
    "a header with a blank in it": ("F142", fetch(HERE, "headers: {«X Y»: z}")),
    "headers that are a text": ("F022", fetch(HERE, "headers: «Bearer x»")),
    "an unknown secret": ("F143", fetch(HERE, 'headers: {X-Key: "{«secret.crm_tokn»}"}')),
    "an unknown secret in the body": ("F143", fetch(HERE, "method: post", 'send: {a: [{b: "{«secret.other»}"}]}')),
    "a secret that is worked with": ("F121", fetch(HERE, 'headers: {X-Key: "{length(«secret.crm_token»)}"}')),
    "a secret in a sentence": ("F121", 'flow:\n  a:\n    - say: "Hi {«secret.crm_token»}."\n    - hangup\n'),
    "a secret in a database's parameter": (
        "F121",
        lookup("select :a", "in: crm", 'with: {a: "{«secret.crm_token»}"}'),
    ),
    "something sent with get": ("F144", fetch(HERE, "send: {a: 1}").replace("- fetch", "- «fetch")),
    "a post that may be done twice": (
        "F145",
        fetch(HERE, "method: post", "retries: 2").replace("- fetch", "- «fetch"),
    ),
    "a yes as the reason of doing it twice": ("F129", fetch(HERE, "method: post", "retries: 2", "allow_repeat: «yes»")),
    "an unknown method": ("F018", fetch(HERE, "method: «fetch»")),
    "a body that is a text": ("F022", fetch(HERE, "method: post", "send: «hello»")),
    "braces without quotes in a body": ("F126", fetch(HERE, "method: post", "send: {a: «{call.to}»}")),
    "a way to say what is sent": (
        "F125",
        fetch(HERE + "/«{call.to:digits}»").replace("«", "").replace(HERE, "«" + HERE),
    ),
    "an unknown name in an address": ("F121", fetch('"https://crm.example.com/{«acount»}"')),
    "too long a time": ("F015", fetch(HERE, "within: «2m»")),
    "too many tries": ("F015", fetch(HERE, "retries: «9»")),
    "no way when it fails": ("F020", f"flow:\n  a:\n    - «fetch: {HERE}\n    - hangup\n"),
    "an unknown section when it is not there": ("F104", fetch(HERE, "not_found: «c»")),
    "a word of other languages": ("F021", fetch(HERE, "«timeout»: 3s")),
    "SQL that changes": ("F146", lookup("«delete» from a", "in: crm")),
    "SQL that changes later": ("F146", lookup("with x as (select 1) «insert» into a select 1", "in: crm")),
    "two statements": ("F146", lookup("select 1; «select» 2", "in: crm")),
    "a parameter without a name": ("F146", lookup("select 1 where 1 = «?»", "in: crm")),
    "a quote that is not closed": ("F146", lookup("select «'abc", "in: crm")),
    "no SQL at all": ("F146", lookup('"«-- nothing»"', "in: crm")),
    "a value in SQL": ("F147", lookup('"select 1 where a = «{»call.to}"', "in: crm")),
    "a value in quotes in SQL": ("F147", lookup("select 1 where a = «'{call.to}'»", "in: crm")),
    "a parameter without a value": ("F147", lookup("select «:a»", "in: crm")),
    "a value without a parameter": ("F147", lookup("select ':a'", "in: crm", "with: {«a»: 1}")),
    "an unknown database": ("F148", lookup("select 1", "in: «crn»")),
    "no database": ("F020", lookup("select 1").replace("- lookup", "- «lookup")),
    "no way when there is no row": (
        "F020",
        lookup("select 1", "in: crm").replace("      none: b\n", "").replace("- l", "- «l"),
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_mistake_is_found_at_its_place_and_nothing_else_is_found(name: str) -> None:
    code, page = PLANTED[name]
    text, places = _places(page)
    problems = found(text)
    assert [(problem.code, (problem.mark.line, problem.mark.column)) for problem in problems] == [(code, places[0])]


@pytest.mark.parametrize(
    "page",
    [
        fetch('"https://crm.example.com"'),
        fetch('"HTTPS://CRM.example.com:443/a b/é?x={call.to}&y=%20"'),
        fetch('"https://crm.lan:8443/{call.to}-{call.from}/x"'),
        fetch('"http://10.0.0.5:8080/?q={secret.crm_token}"'),
        fetch(HERE, "method: POST", "retries: 1", "allow_repeat: the note has a number"),
        fetch(HERE, "method: put", "retries: 3", 'send: ["{call.to}", 1, {deep: {er: [yes, ""]}}]'),
        fetch(HERE, 'headers: {Authorization: "Basic {secret.crm_token}", X-Call: "{call.id}"}'),
        lookup("SELECT 1;", "in: crm"),
        lookup(
            "with x as (select ':no', \"update\", [drop] /* :no ? */ from y) select :a, :a",
            "in: crm",
            "with: {a: 0042}",
        ),
        lookup("|\n        select 1 -- is it {true}?".replace("{true}", "true"), "in: crm"),
    ],
)
def test_a_correct_page_has_no_finding(page: str) -> None:
    assert found(page) == []


def test_nothing_is_held_against_settings_that_are_not_known() -> None:
    page = fetch("https://evil.example/{secret.any}") + "  c:\n    - lookup: select 1\n      in: any\n      none: b\n"
    page = page.replace("go: b\n", "go: c\n") + "      failed: b\n    - go: b\n"
    assert found(page, Outside()) == []


def test_a_finding_says_which_setting_mends_it() -> None:
    [host] = found(fetch("https://api.acme.test:8443/a"))
    assert host.hint == 'allow it in ivr.yaml:  fetch: {hosts: ["api.acme.test:8443"]}'
    [secret] = found(fetch(HERE, 'headers: {X-Key: "{secret.shop_key}"}'))
    assert secret.hint == "add it to ivr.yaml:  secrets: {shop_key: {env: SHOP_KEY}}"
    [database] = found(lookup("select 1", "in: warehouse"))
    assert database.hint == "add it to ivr.yaml:  databases: {warehouse: {file: warehouse.db}}"


@pytest.mark.parametrize(
    "page",
    [
        fetch('"https://crm.example.com/{card}"'),
        fetch('"https://crm.example.com/?card={card}"'),
        fetch(HERE, 'headers: {X-Card: "{card}"}'),
        fetch(HERE, "method: post", 'send: {a: [{b: "card {card}"}]}'),
        lookup("select :a", "in: crm", 'with: {a: "{card}"}'),
    ],
)
def test_a_secret_leaves_only_with_a_reason(page: str) -> None:
    asked = "    - collect: Your card, please.\n      as: card\n      secret: yes\n      length: 4\n      give_up: b\n"
    page = page.replace("  a:\n", "  a:\n" + asked)
    assert [problem.code for problem in found(page) if problem.code < "F180" and problem.code != "F114"] == ["F119"]
    allowed = page.replace("failed: b", "failed: b\n      allow_secret: the bank needs it")
    assert [problem.code for problem in found(allowed) if problem.code < "F180" and problem.code != "F114"] == []


def test_a_secret_answer_is_one_where_it_is_said() -> None:
    page = fetch(HERE, "as: it", "secret: yes").replace("- go: b", "- say: It is {it.pin:digits}.\n    - go: b")
    assert [problem.code for problem in found(page)] == ["F119"]
