"""``fetch``: a web service is asked, or told something.

The request of its `Consult` (source ``fetch``) is a plain mapping:

=============  ==========================================================================================
``method``     ``get``, ``post``, ``put``, ``patch`` or ``delete``
``url``        the whole address, percent-encoded
``headers``    texts by name
``send``       what is sent as JSON, or None
``wanted``     whether the answer's JSON is wanted; else only that it succeeded counts
``retries``    how often it may be tried again
=============  ==========================================================================================

A text with secrets in it is `Sealed` (its ``str`` shows none of them), a value that is a secret is `Secret`. The value
given is the answer's JSON, None when there is no body. A refusal is `Failed` with ``status 404`` and the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark
from ivr.core.document.source import Mapping as Options
from ivr.core.document.source import Node, Scalar
from ivr.core.flow import outgoing
from ivr.core.flow.addresses import Address, Unfit, read_address
from ivr.core.flow.asking_outside import AskingOutside
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Done, Exit, Run, Target
from ivr.core.flow.outgoing import Outgoing
from ivr.core.flow.reading import REASON, TARGET, Form, Reading, option, whole
from ivr.core.flow.values import Value

METHODS = ("get", "post", "put", "patch", "delete")
LONGEST_HEADER = 4000
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}")
_SET_BY_US = (
    "accept-encoding connection content-encoding content-length cookie expect host keep-alive proxy-authorization te "
    "trailer transfer-encoding upgrade"
)
_OURS = frozenset(_SET_BY_US.split(" "))
_NOT_THERE = frozenset({"status 404", "status 410"})


def _read_method(node: Node, reading: Reading) -> str | None:
    if isinstance(node, Scalar):
        node = Scalar(node.text.lower(), node.mark, node.quoted)
    return typed.choice(METHODS)(node, reading.problems)


def _read_headers(node: Node, reading: Reading) -> dict[str, Outgoing] | None:
    if not isinstance(node, Options):
        hint = 'write  headers: {Authorization: "Bearer {secret.crm_token}"}'
        reading.problems.add("F022", node.mark, f"headers should be names and texts, and is {node.what}.", hint=hint)
        return None
    found: dict[str, Outgoing] = {}
    for key, value in node:
        if not _HEADER.fullmatch(key.text) or key.text.lower() in _OURS:
            hint = "this one is set by the service itself" if key.text.lower() in _OURS else "such as X-Request-Id"
            reading.problems.add("F142", key.mark, f"'{key.text}' cannot be a header here.", hint=hint)
            continue
        text = outgoing.read_outgoing(value, reading)
        if text is not None:
            found[key.text] = text
    return found if len(found) == len(node.entries) else None


def _read_send(node: Node, reading: Reading) -> Any:
    if isinstance(node, Scalar) and "{" not in node.text:
        hint = 'write names and values:  send: {account: "{account}"}'
        reading.problems.add("F022", node.mark, f"send should be names and values, and is {node.what}.", hint=hint)
        return None
    return outgoing.read_body(node, reading)


ADDRESS: Form[Address] = Form("an address; values stand in braces", read_address, shape.words())
METHOD: Form[str] = Form(" or ".join(f"`{word}`" for word in METHODS), _read_method, shape.words())
HEADERS: Form[dict[str, Outgoing]] = Form(
    "names and texts, with values in braces", _read_headers, {"type": "object", "additionalProperties": shape.words()}
)
SEND: Form[Any] = Form(
    "names and values, in sets and lists as needed", _read_send, {"type": ["object", "array", "string"]}
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fetch(AskingOutside):
    """A web service is asked, or told something; its answer (JSON) gets a name."""

    kind: ClassVar[str] = "fetch"
    about: ClassVar[str] = (
        "A web service is asked, or told something, over HTTP; its answer (JSON) gets a name, and "
        "`{found.balance:money}` says a part of it. Only hosts that the settings allow (`fetch: {hosts: …}`) are "
        "spoken to. A value in the address fills the place that is left for it and can never change host or path. "
        "`{secret.crm_token}` stands for a secret of the settings, in the address, in `headers` and in `send`; a flow "
        "never learns it."
    )
    outcomes: ClassVar[dict[str, str]] = {
        "fetched": "the next action; the answer has the name that `as` gives",
        "not_found": "the section that `not_found` names, when the service says that it has no such thing (404, 410)",
        "failed": "the section that `failed` names: no answer in time, one that is no success, or one that is no JSON; "
        "the name that `as` gives is empty",
    }
    example: ClassVar[str] = """\
flow:
  balance:
    - collect: Please key in your account number, then press hash.
      as: account
      length: 4..10
      give_up: goodbye
    - fetch: https://crm.example.com/accounts/{account}
      headers: {Authorization: "Bearer {secret.crm_token}"}
      as: found
      within: 4s
      retries: 1
      meanwhile: One moment, please.
      not_found: unknown
      failed: sorry
    - say: Your balance is {found.balance:money}.
    - fetch: https://crm.example.com/notes
      method: post
      send: {account: "{account}", asked: {about: balance, at: "{call.time}"}, urgent: no}
      failed: goodbye
    - go: goodbye
  unknown:
    - say: There is no account {account:digits}.
    - go: goodbye
  sorry:
    - say: I cannot look that up now.
    - go: goodbye
  goodbye:
    - hangup
"""
    hints: ClassVar[dict[str, str]] = {
        "url": "the address stands beside fetch:",
        "body": "write send:",
        "data": "write send:",
        "json": "write send:",
        "params": "write them into the address:  https://…?account={account}",
        "timeout": "write within:",
        "error": "write failed:",
        "on_error": "write failed:",
        "auth": 'write  headers: {Authorization: "Bearer {secret.crm_token}"}',
    }
    address: Address = option(ADDRESS, "the address", name="fetch")
    method: str = option(METHOD, "what is done there", default="get", shown="get")
    headers: dict[str, Outgoing] = option(HEADERS, "headers of the request", default=None, shown="none")
    send: Any = option(SEND, "what is sent, as JSON", default=None, shown="nothing")
    retries: int = option(
        whole(0, 3), "how often it is tried again while there is time; the tries share it", default=0, shown="0"
    )
    allow_repeat: str = option(
        REASON,
        "why `post` or `patch` may be sent again, although it may be done twice then",
        default="",
        shown="it may not",
    )
    not_found: Target | None = option(
        TARGET, "where to go when there is no such thing (404, 410)", default=None, shown="`failed`"
    )

    @classmethod
    def build(cls, given: dict[str, Any], reading: Reading, mark: Mark) -> Fetch:
        """The action; options that do not go together are findings."""
        if given["send"] is not None and given["method"] == "get":
            reading.problems.add("F144", mark, "nothing can be sent with get.", hint="add  method: post")
        if given["retries"] and given["method"] in ("post", "patch") and not given["allow_repeat"]:
            hint = "take retries out, or say why it does no harm:  allow_repeat: the reason"
            message = f"what is sent again by {given['method']} may be done twice."
            reading.problems.add("F145", mark, message, hint=hint)
        return cls(**{**given, "headers": given["headers"] or {}}, place=mark)

    def request(self, run: Run) -> Mapping[str, Any]:
        headers = {
            name: outgoing.sealed(outgoing.filled(part, run) for part in text.parts)
            for name, text in self.headers.items()
        }
        for name, text in headers.items():
            shown = outgoing.exposed(text)
            if len(shown) > LONGEST_HEADER or not shown.isprintable():
                raise Unfit(f"a value does not fit into the header {name}")
        return {
            "method": self.method,
            "url": self.address.fill(run),
            "headers": headers,
            "send": outgoing.fill(self.send, run),
            "wanted": bool(self.name),
            "retries": self.retries,
        }

    def answered(self, run: Run, value: Value) -> Done:
        return self.done(run, "fetched", None, {}, value)

    def refused(self, run: Run, reason: str) -> Done:
        if self.not_found is not None and reason in _NOT_THERE:
            return self.done(run, "not_found", self.not_found, {"reason": reason})
        return AskingOutside.refused(self, run, reason)

    def exits(self) -> tuple[Exit, ...]:
        missing = (Exit("not_found", self.not_found),) if self.not_found is not None else ()
        return (Exit("fetched"), *missing, Exit("failed", self.failed))

    def reads(self) -> Iterator[Expression]:
        yield from AskingOutside.reads(self)
        yield from self.address.expressions
        for text in self.headers.values():
            yield from text.expressions
        yield from outgoing.expressions(self.send)
