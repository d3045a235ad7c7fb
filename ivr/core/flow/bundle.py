"""A folder of flows as one thing: loaded whole or not at all, and named by its content.

`read` is given the files of a folder (names relative to it, with their content) and gives the `Bundle`, or findings.
The order of reading: severities, calendars and queues, then what each flow takes and gives, then the flows themselves,
which may enter each other, then the numbers that lead to them. Nothing of a folder with an error in it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from posixpath import basename, dirname

from ivr.core.acd.reading import read_queues
from ivr.core.acd.setup import NO_SETUP, Setup
from ivr.core.document.problems import Mark, Problem, Problems, Severity, render
from ivr.core.flow.check import together
from ivr.core.flow.load import Source, load
from ivr.core.flow.model import Flow
from ivr.core.flow.numbers import NO_NUMBERS, Numbers
from ivr.core.flow.numbers_reading import read_numbers
from ivr.core.flow.severity import Severities, apply, read_severities
from ivr.core.flow.signature import signature_of
from ivr.core.flow.surroundings import OUTSIDE, Outside, Surroundings
from ivr.core.hours.calendar import Calendar
from ivr.core.hours.reading import read_hours

DEFAULTS, HOURS, NUMBERS, QUEUES, CHECKS = "defaults", "hours", "numbers", "queues", "checks"
NOT_FLOWS = frozenset({DEFAULTS, HOURS, NUMBERS, QUEUES, CHECKS})
SCENARIOS = ".scenarios"
PAGES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """All flows of a folder and what they share; ``name`` changes with any byte of any file of it."""

    name: str
    flows: Mapping[str, Flow]
    surroundings: Surroundings
    files: Mapping[str, bytes] = field(default_factory=dict)
    numbers: Numbers = NO_NUMBERS

    def without_sounds(self) -> Bundle:
        """The same without the content of recordings, which takes the most room; name and flows stay."""
        return replace(self, files={name: content for name, content in self.files.items() if not dirname(name)})

    @property
    def hours(self) -> Mapping[str, Calendar]:
        """The calendars by name."""
        return self.surroundings.hours

    @property
    def setup(self) -> Setup:
        """The queues, and the words that agents are described with."""
        return self.surroundings.setup


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading a folder: the bundle when there is no error, the findings, and how they are shown.

    ``flows`` are those that could be read, also when there is no bundle.
    """

    bundle: Bundle | None
    problems: tuple[Problem, ...]
    shown: tuple[str, ...]
    flows: Mapping[str, Flow] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        """Whether a finding forbids to run these flows."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def name_of(files: Mapping[str, bytes]) -> str:
    """The name of a folder's content: 12 hexadecimal digits of a digest over all names and contents."""
    digest = blake2b(digest_size=6)
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def is_page(name: str) -> bool:
    """Whether a file of the folder is a page that is read as YAML: those that stand in the folder itself."""
    return not dirname(name) and name.endswith(PAGES)


def is_flow(name: str) -> bool:
    """Whether a file of the folder is a flow."""
    stem = stem_of(name)
    return is_page(name) and stem not in NOT_FLOWS and not stem.endswith(SCENARIOS)


def stem_of(name: str) -> str:
    """A file's name without folder and ending."""
    return basename(name).rsplit(".", 1)[0]


def read(files: Mapping[str, bytes], outside: Outside = OUTSIDE, *, folder: str = "", only: Iterable[str] = ()) -> Read:
    """The bundle of a folder's files, or what is wrong with them; ``folder`` stands before names in findings.

    ``only`` names the flow files whose findings are wanted, when not all are.
    """
    return _Reader(files, outside, folder, frozenset(only)).read()


class _Reader:
    def __init__(self, files: Mapping[str, bytes], outside: Outside, folder: str, only: frozenset[str]) -> None:
        self._files = files
        self._outside = outside
        self._folder = folder.rstrip("/")
        self._only = only
        self._texts: dict[str, str] = {}
        self._problems = Problems()

    def read(self) -> Read:
        texts = self._pages()
        severities = self._severities(texts)
        hours = self._hours(texts)
        flows = {name: text for name, text in texts.items() if is_flow(name)}
        signatures = {stem_of(name): signature_of(text, self._shown(name)) for name, text in flows.items()}
        surroundings = Surroundings(self._outside, hours, signatures, setup=self._queues(texts, hours))
        shared = self._shared(texts)
        sound: dict[str, Flow] = {}
        for name, text in flows.items():
            flow, problems = load(text, self._shown(name), defaults=shared, surroundings=surroundings)
            if not self._only or name in self._only:
                self._problems.extend(problems)
            if flow is not None:
                sound[flow.name] = surroundings.flows[flow.name] = flow
        mutual = Problems()
        together.check(surroundings.flows, mutual)
        wanted = {self._shown(name) for name in self._only or flows}
        self._problems.extend(problem for problem in mutual if problem.mark.file in wanted)
        numbers = self._numbers(texts, surroundings)
        found = tuple(apply(self._problems.all, severities))
        broken = any(problem.severity is Severity.ERROR for problem in found)
        bundle = None
        if not broken:
            bundle = Bundle(name_of(self._files), sound, surroundings, self._files, numbers)
        return Read(bundle, found, tuple(self._rendered(problem) for problem in found), sound)

    def _pages(self) -> dict[str, str]:
        """The text of every page, in the order of names."""
        for name in sorted(filter(is_page, self._files)):
            try:
                self._texts[name] = self._files[name].decode("utf-8")
            except UnicodeDecodeError as error:
                self._trouble(name, f"this is not UTF-8 text (byte {error.start}).")
        return self._texts

    def _hours(self, texts: Mapping[str, str]) -> dict[str, Calendar]:
        page = _page(texts, HOURS)
        if page is None:
            return {}
        attached = {
            name: content.decode("utf-8", "replace") for name, content in self._files.items() if name.endswith(".ics")
        }
        return read_hours(texts[page], self._shown(page), self._problems, attached, self._outside.today)

    def _queues(self, texts: Mapping[str, str], hours: Mapping[str, Calendar]) -> Setup:
        page = _page(texts, QUEUES)
        if page is None:
            return NO_SETUP
        problems = Problems()
        setup = read_queues(texts[page], self._shown(page), problems, hours, self._outside.recordings)
        if not self._only or page in self._only:
            self._problems.extend(problems)
        return setup

    def _numbers(self, texts: Mapping[str, str], surroundings: Surroundings) -> Numbers:
        page = _page(texts, NUMBERS)
        numbers, problems = NO_NUMBERS, Problems()
        if page is not None:
            numbers = read_numbers(
                texts[page], self._shown(page), problems, surroundings.signatures, surroundings.hours
            )
        if not self._only or page in self._only:
            self._problems.extend(problems)
            self._main_flow(page or f"{NUMBERS}.yaml", numbers, surroundings)
        return numbers

    def _main_flow(self, page: str, numbers: Numbers, surroundings: Surroundings) -> None:
        """Notes that the flow is missing which the settings name for all other numbers."""
        main = self._outside.main
        if main and not numbers.complete and main not in surroundings.signatures:
            message = f"there is no flow '{main}', which answers every number that no line is for."
            hint = "write  else: and a flow in numbers.yaml, or name another one with flow: in the settings"
            self._problems.add("F208", Mark(self._shown(page), 1, 1), message, hint=hint)

    def _severities(self, texts: Mapping[str, str]) -> Severities:
        page = _page(texts, CHECKS)
        return {} if page is None else read_severities(texts[page], self._shown(page), self._problems)

    def _shared(self, texts: Mapping[str, str]) -> Source | None:
        page = _page(texts, DEFAULTS)
        return Source(texts[page], self._shown(page)) if page is not None else None

    def _shown(self, name: str) -> str:
        return f"{self._folder}/{name}" if self._folder else name

    def _trouble(self, name: str, message: str) -> None:
        self._problems.add("F001", Mark(self._shown(name), 1, 1), message, hint="save it as UTF-8")

    def _rendered(self, problem: Problem) -> str:
        name = problem.mark.file.removeprefix(f"{self._folder}/") if self._folder else problem.mark.file
        return render(problem, self._texts.get(name, "").splitlines())


def _page(texts: Mapping[str, str], stem: str) -> str | None:
    return next((name for name in texts if stem_of(name) == stem), None)
