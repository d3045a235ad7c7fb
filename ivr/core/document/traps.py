"""What YAML does to the words of a telephone, told in words that help.

A page that YAML cannot read is looked at for the ways in which people come to it: each trap is what the line looks
like, a word of YAML's own complaint, and what to do about it. The first that fits is told where it stands.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from ivr.core.document.problems import Mark, Problems

_VALUE = r"^\s*(?:- )?\s*[\w ]+:\s+"  # an option and the blank behind its colon
_TRAPS = tuple(
    (re.compile(look), complaint, hint)
    for look, complaint, hint in (
        (r"[{\[][^}\]]*[:,]\s+(?P<at>#)", "", 'the hash key is written "#", in quotes'),
        (r"[:,\[]\s*(?P<at>\*)(?!\w)", "", 'the star key is written "*", in quotes'),
        (_VALUE + r"\[[^\]\"']*(?P<at>\{)", "or ']'", "put each sentence in quotes, or on a line of its own"),
        (_VALUE + r"(?P<at>\{)[^{}]*\}\s*[^\s#]", "", "put the whole sentence in quotes"),
        (r"^\s*(?P<at>\t)", "", "use spaces; a tab cannot indent"),
        (r"^[ ]*(?P<at>[\u00a0\u2000-\u200a\u202f\u3000])", "", "this blank is none of the keyboard's; use spaces"),
        (r"^\s*(?P<at>-)[A-Za-z]", "", "a blank follows the dash"),
        (r"^\s*(?:- )?\s*\w+(?P<at>：)", "", "write the colon of an English keyboard, with a blank behind it"),
        (_VALUE + r"(?P<at>[@`%])", "", "a sentence that begins with this sign stands in quotes"),
        (_VALUE + r"(?P<at>[|>?!&-])(?:\s|\w)", "", "a sentence that begins with this sign stands in quotes"),
        (r":\s+(?P<at>\S[^\"']*:(?:\s|$))", "mapping values", "a sentence with a colon stands in quotes"),
        (_VALUE + r"(?P<at>')[^']*'\w", "", "there is an apostrophe in it: put the sentence in double quotes"),
        (_VALUE + r"\"[^\"]*(?P<at>\\)", "escape", "in double quotes a backslash is written twice"),
        (r"^[^\"]*(?:\"[^\"]*\"[^\"]*)*(?P<at>\"[^\"]*)$", "", "this quote is not closed"),
        (r"[{\[][^}\]]*(?P<at>，)\s*\w+:", "", "write the comma of an English keyboard"),
    )
)
_ABOVE = re.compile(r"^\s*(?:- )?\s*\w+(?P<at>：|:(?=[^\s:]))")  # missed by YAML only in the next line
_INVISIBLE = re.compile("[\u200b\u2060]|(?<!^)\ufeff")  # of no width and no meaning: copied along from other pages
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def visible(text: str) -> str:
    """The text without characters that nobody can see."""
    return _INVISIBLE.sub("", text)


def unreadable(error: Exception, text: str, file: str, problems: Problems) -> None:
    """Notes that a text is not YAML at all."""
    found = _CONTROL.search(text)
    before = text[: found.start()] if found else ""
    mark = Mark(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    hint = "there is a character that cannot be seen; take it out" if found else ""
    problems.add("F001", mark, f"this is not YAML: {str(error).splitlines()[0]}.", hint=hint)


def syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str, problems: Problems) -> None:
    """Notes where YAML stopped; where that line, or one that YAML was still reading, has a known trap, that one."""
    lines = text.splitlines()
    row, column = _place(error.problem_mark or error.context_mark)
    said = (error.problem or "the text cannot be read").strip()
    begun = error.context_mark and any(word in (error.context or "") for word in ("flow", "quoted", "simple key"))
    first = _place(error.context_mark)[0] if begun else row
    if "flow" in (error.context or ""):
        first = max(0, min(first, row - 3))  # a lost bracket is missed some lines later
    for number in range(min(row, len(lines) - 1), first - 1, -1):
        for trap, complaint, hint in _TRAPS:
            if complaint in said and (found := trap.search(lines[number])):
                mark = Mark(file, number + 1, found.start("at") + 1)
                problems.add("F001", mark, f"this is not YAML: {said}.", hint=hint)
                return
    if 0 < row <= len(lines) and (found := _ABOVE.search(lines[row - 1])):
        hint = "write the colon of an English keyboard, with a blank behind it"
        problems.add("F001", Mark(file, row, found.start("at") + 1), f"this is not YAML: {said}.", hint=hint)
        return
    problems.add("F001", Mark(file, row + 1, column + 1), f"this is not YAML: {said}.")


def _place(mark: Any) -> tuple[int, int]:
    """Line and column from 0, of YAML's own mark."""
    return (mark.line, mark.column) if mark is not None else (0, 0)
