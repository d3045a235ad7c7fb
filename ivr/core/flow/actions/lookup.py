"""``lookup``: a database is asked.

The request of its `Consult` (source ``lookup``) is a plain mapping:

=============  ==========================================================================================
``database``   the name of a configured database
``sql``        the statement, with parameters such as ``:account``
``with``       the parameters' values by name; one that is a secret is `Secret`
``rows``       ``first`` or ``all``
=============  ==========================================================================================

The value given is a row as a mapping of its columns (None when there is none), or with ``all`` a list of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ivr.core.base.secret import Sealed, Secret
from ivr.core.document import fields as typed
from ivr.core.document import schema as shape
from ivr.core.document.problems import Mark, suggestion
from ivr.core.document.source import Mapping as Options
from ivr.core.document.source import Node
from ivr.core.flow import outgoing, values
from ivr.core.flow.asking_outside import AskingOutside
from ivr.core.flow.expr import Expression
from ivr.core.flow.model import Done, Exit, Run, Target
from ivr.core.flow.outgoing import exposed
from ivr.core.flow.reading import TARGET, Form, Reading, choice, option
from ivr.core.flow.statement import Statement, read_statement
from ivr.core.flow.values import Value

MOST_ROWS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A parameter's value, fixed or with values in it; ``mark`` is its name's place."""

    content: Any
    mark: Mark


def _read_with(node: Node, reading: Reading) -> dict[str, Parameter] | None:
    if not isinstance(node, Options):
        hint = 'write  with: {account: "{account}"}'
        reading.problems.add("F022", node.mark, f"with should be names and values, and is {node.what}.", hint=hint)
        return None
    found: dict[str, Parameter] = {}
    for key, value in node:
        content = outgoing.read_value(value, reading, secrets=False)
        if content is not None:
            found[key.text] = Parameter(content, key.mark)
    return found if len(found) == len(node.entries) else None


def _read_database(node: Node, reading: Reading) -> str | None:
    name = typed.name(node, reading.problems)
    known = reading.surroundings.outside.databases
    if name is not None and known is not None and name not in known:
        hint = suggestion(name, known) or f"add it to ivr.yaml:  databases: {{{name}: {{file: {name}.db}}}}"
        reading.problems.add("F148", node.mark, f"the settings have no database '{name}'.", hint=hint)
        return None
    return name


STATEMENT: Form[Statement] = Form("SQL that selects, with parameters such as `:account`", read_statement, shape.words())
DATABASE: Form[str] = Form("a name", _read_database, shape.name())
WITH: Form[dict[str, Parameter]] = Form(
    "names and values", _read_with, {"type": "object", "additionalProperties": shape.text()}
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lookup(AskingOutside):
    """A database is asked for a row or several; they get a name."""

    kind: ClassVar[str] = "lookup"
    about: ClassVar[str] = (
        "A database of the settings (`databases:`) is asked with SQL that only reads; the row that is found gets a "
        "name, and `{customer.balance:money}` says a column of it. Values never stand in the SQL: they are parameters "
        "such as `:account`, which `with` gives. SQL over several lines stands under `lookup: |`."
    )
    outcomes: ClassVar[dict[str, str]] = {
        "found": "the next action; the row has the name that `as` gives",
        "none": "the section that `none` names; the name is empty",
        "failed": "the section that `failed` names: the database cannot be read, or not in time; the name is empty",
    }
    example: ClassVar[str] = """\
flow:
  who:
    - lookup: select name, balance, due from customers where phone = :phone
      in: crm
      with: {phone: "{call.from}"}
      as: customer
      none: stranger
      failed: stranger
    - say: Hello {customer.name}. Your balance is {customer.balance:money}.
    - lookup: |
        select number, total from invoices
        where phone = :phone and total >= :least
        order by number
      in: crm
      with: {phone: "{call.from}", least: 10}
      rows: all
      as: invoices
      none: goodbye
      failed: goodbye
    - say: You have {length(invoices):number} open invoices.
    - go: goodbye
  stranger:
    - say: Welcome to Acme.
    - go: goodbye
  goodbye:
    - hangup
"""
    hints: ClassVar[dict[str, str]] = {
        "sql": "the SQL stands beside lookup:",
        "database": "write in:",
        "params": "write with:",
        "parameters": "write with:",
        "not_found": "write none:",
        "timeout": "write within:",
        "error": "write failed:",
    }
    statement: Statement = option(STATEMENT, "what is looked up", name="lookup")
    database: str = option(DATABASE, "the database, by its name in the settings", name="in")
    parameters: dict[str, Parameter] = option(WITH, "the parameters' values", name="with", default=None, shown="none")
    rows: str = option(
        choice("first", "all"), f"the first row, or a list of all (at most {MOST_ROWS})", default="first", shown="first"
    )
    none: Target = option(TARGET, "where to go when there is no row")

    @classmethod
    def build(cls, given: dict[str, Any], reading: Reading, mark: Mark) -> Lookup:
        """The action; a parameter without a value and a value without a parameter are findings."""
        parameters: dict[str, Parameter] = given["parameters"] or {}
        wanted = given["statement"].parameters
        for name, place in wanted.items():
            if name not in parameters:
                hint = f'add  with: {{{name}: "{{{name}}}"}}'
                reading.problems.add("F147", place, f"the parameter :{name} has no value.", hint=hint)
        for name, parameter in parameters.items():
            if name not in wanted:
                hint = suggestion(name, wanted) or f"write :{name} where it belongs, without quotes around it"
                reading.problems.add("F147", parameter.mark, f"the SQL has no parameter :{name}.", hint=hint)
        return cls(**{**given, "parameters": parameters}, place=mark)

    def request(self, run: Run) -> Mapping[str, Any]:
        filled = {name: _simple(outgoing.fill(one.content, run)) for name, one in self.parameters.items()}
        return {"database": self.database, "sql": self.statement.sql, "with": filled, "rows": self.rows}

    def answered(self, run: Run, value: Value) -> Done:
        rows = value if isinstance(value, list) else [] if value is None else [value]
        if not rows:
            return self.done(run, "none", self.none, {})
        kept = rows[:MOST_ROWS] if self.rows == "all" else rows[0]
        return self.done(run, "found", None, {"rows": len(rows[:MOST_ROWS])}, kept)

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("found"), Exit("none", self.none), Exit("failed", self.failed))

    def reads(self) -> Iterator[Expression]:
        yield from AskingOutside.reads(self)
        for parameter in self.parameters.values():
            yield from outgoing.expressions(parameter.content)


def _simple(value: Any) -> Any:
    """A parameter as a database takes one: a text, a number, yes or no, or empty."""
    if isinstance(value, Sealed):
        return Secret(exposed(value))
    return values.as_text(value) if isinstance(value, list | dict) else value
