"""``queues.yaml``: every way to write a queue, and every mistake at its place with its mending."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.acd.reading import read_queues
from ivr.core.acd.setup import NO_SETUP, BreakReason, Queue, Rests, Strategy, Target, Telling, WrapUpCode
from ivr.core.document.problems import Problems
from tests.core.acd.queue_pages import below, findings, queue, told, unmarked

OPTIONS: list[tuple[str, str, object]] = [
    ("about: Questions about bills", "about", "Questions about bills"),
    ("strategy: most_skilled", "strategy", Strategy.MOST_SKILLED),
    ("strategy: longest-idle", "strategy", Strategy.LONGEST_IDLE),
    ("strategy: round-robin", "strategy", Strategy.ROUND_ROBIN),
    ("priority: 5m", "priority", 5.0),
    ("priority: +90s", "priority", 1.5),
    ("priority: -5m", "priority", -5.0),
    ("priority: 0m", "priority", 0.0),
    ("lane: 9", "lane", 9),
    ("target: 80% in 20s", "target", Target(0.8, 20.0)),
    ("target: 97.5 %  in  1m 30s", "target", Target(0.975, 90.0)),
    ("target: no", "target", None),
    ("ring: 15s", "ring", 15.0),
    ("wrap_up: 30s", "wrap_up", 30.0),
    ("wrap_up: {for: 2m}", "wrap_up", 120.0),
    ("wrap_up: {for: 30s, code: required}", "code_required", True),
    ("wrap_up: {for: 30s, code: optional}", "code_required", False),
    ("wrap_up: no", "wrap_up", 0.0),
    ("most: 50", "most", 50),
    ("most: no", "most", 0),
    ("longest: 20m", "longest", 1200.0),
    ("longest: no", "longest", 0.0),
    ("without_agents: {join: no}", "join_empty", False),
    ("without_agents: {join: yes}", "join_empty", True),
    ("without_agents: {stay: 2m}", "stay_empty", 120.0),
    ("without_agents: {stay: yes}", "stay_empty", None),
    ("without_agents: {join: no, stay: no}", "stay_empty", 0.0),
    ("without_agents: {join: no}", "stay_empty", None),
    ("missed: nothing", "missed_break", False),
    ("missed: break", "missed_break", True),
    ("rest: {rejected: 5s, busy: 1m}", "rests", Rests(rejected=5.0, busy=60.0)),
    ("rest: {unreachable: 2m}", "rests", Rests(unreachable=120.0)),
    ("hours: support", "hours", "support"),
    ("hours: no", "hours", ""),
    ("music: music/calm", "music", "music/calm"),
    ("music: no", "music", ""),
    ("tell: yes", "tell", Telling()),
    ("tell: no", "tell", None),
    ("whisper: A call from billing.", "whisper", (("en", "A call from billing."),)),
    ("whisper: {en: Billing., zh: 账单。}", "whisper", (("en", "Billing."), ("zh", "账单。"))),
    ("whisper: no", "whisper", ()),
    ("accept: key", "accept_by_key", True),
    ("accept: answer", "accept_by_key", False),
    ("tell: {wait: no, first: 5s, every: 1m}", "tell", Telling(wait=False, first=5.0, every=60.0)),
    ("record: yes", "record", True),
    ("survey: after_call", "survey", "after_call"),
    ("survey: no", "survey", ""),
    ("strategy: random|seed: 7", "seed", 7),
]


def options(written: str) -> str:
    """Options with a line each, which are parted by ``|``."""
    return written.replace("|", "\n")


@pytest.mark.parametrize(("written", "name", "value"), OPTIONS)
def test_an_option_is_written_as_people_write_it(written: str, name: str, value: object) -> None:
    assert getattr(queue(options(written)), name) == value


def test_a_queue_without_options_has_the_defaults_of_the_model() -> None:
    setup, problems = findings("queues: {billing: {}}")
    assert problems == []
    assert setup.queues == {"billing": Queue(name="billing")}


@pytest.mark.parametrize("strategy", Strategy)
def test_every_strategy_can_be_written(strategy: Strategy) -> None:
    assert queue(f"strategy: {strategy}").strategy is strategy
    assert queue(f"strategy: {strategy.replace('_', '-')}").strategy is strategy


def test_the_words_that_agents_are_described_with() -> None:
    setup, problems = findings("""\
breaks:
  lunch: {paid: no, about: The midday break}
  training: {paid: yes}
  tea: {}
wrap_up_codes:
  solved: The matter is settled
""")
    assert problems == []
    assert setup.breaks == {
        "lunch": BreakReason("lunch", False, "The midday break"),
        "training": BreakReason("training"),
        "tea": BreakReason("tea"),
    }
    assert setup.codes == {"solved": WrapUpCode("solved", "The matter is settled")}


def test_skills_and_groups_are_known_wherever_they_stand_on_the_page() -> None:
    setup, problems = findings("""\
queues:
  billing:
    needs: [{require: {billing: 3}, for: 30s}, {add_group: back_office}]
groups:
  back_office: Helps when it is full
skills:
  billing: Bills and payments
""")
    assert problems == []
    assert setup.skills == {"billing": "Bills and payments"}
    assert setup.groups == {"back_office": "Helps when it is full"}


DEFAULTS = """\
defaults:
  ring: 15s
  most: 50
  wrap_up: {for: 30s, code: optional}
  rest: {busy: 1m, rejected: 5s}
queues:
  billing: {ring: 20s}
  sales: {most: no, wrap_up: no, rest: {busy: 2m}}
"""


def test_defaults_hold_for_all_queues_and_a_queue_replaces_them_one_by_one() -> None:
    setup, problems = findings(DEFAULTS)
    assert problems == []
    billing, sales = setup.queues["billing"], setup.queues["sales"]
    assert (billing.ring, billing.most, billing.wrap_up, billing.rests.busy) == (20.0, 50, 30.0, 60.0)
    assert (sales.ring, sales.most, sales.wrap_up) == (15.0, 0, 0.0)
    assert sales.rests == Rests(busy=120.0)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_a_page_without_anything_has_no_queues(text: str) -> None:
    assert findings(text) == (NO_SETUP, [])


# Each stands below `billing:`, and the mistake between `‹` and `›`.
PLANTED = {
    "an unknown strategy": ("strategy: ‹longest_idel›", "F018", "did you mean 'longest_idle'?"),
    "a strategy in capitals": ("strategy: ‹Linear›", "F018", "did you mean 'linear'?"),
    "a strategy of another word": ("strategy: ‹fair›", "F018", "it is one of longest_idle, most_skilled"),
    "Asterisk's strategy": ("strategy: ‹rrmemory›", "F018", "here it is round_robin"),
    "all at once": ("strategy: ‹ringall›", "F018", "a call is offered to one agent at a time; it is one of"),
    "a seed without draws": ("strategy: linear\n‹seed›: 7", "F265 warning", "write strategy: random"),
    "a seed without a strategy": ("‹seed›: 7", "F265 warning", "write strategy: random"),
    "a seed in words": ("strategy: random\nseed: ‹seven›", "F015", ""),
    "a target with a slash": ("target: ‹80/20›", "F259", "write 80% in 20s"),
    "a target with a slash and more": ("target: ‹80% / 20s›", "F259", "write 80% in 20s"),
    "a target of all and more": ("target: ‹101% in 20s›", "F259", "write 80% in 20s: more than 0% and at most 100%"),
    "a target of nobody": ("target: ‹0% in 20s›", "F259", "write 80% in 20s"),
    "a target without a unit": ("target: ‹80% in 20›", "F259", "write 80% in 20s"),
    "a target in a day": ("target: ‹80% in 24h›", "F259", "write 80% in 20s: more than 0% and at most 100%, in"),
    "a target in words": ("target: ‹soon›", "F259", "write 80% in 20s"),
    "a priority as a number": ("priority: ‹5›", "F260", "write 5m for as many minutes of waiting"),
    "a priority below as a number": ("priority: ‹-5›", "F260", "write -5m for as many minutes of waiting"),
    "a priority in words": ("priority: ‹high›", "F260", "write how much waiting it is worth, as 5m or -5m"),
    "a priority with two signs": ("priority: ‹+-5m›", "F260", "write how much waiting"),
    "a priority of days": ("priority: ‹2d›", "F260", "write how much waiting it is worth, as 5m or -5m, at most 24h"),
    "a lane too high": ("lane: ‹10›", "F015", ""),
    "a lane in words": ("lane: ‹vip›", "F015", ""),
    "a ring without a unit": ("ring: ‹15›", "F013", "write it as 3s"),
    "a ring of no time": ("ring: ‹0s›", "F015", ""),
    "a ring of a thousand digits": (f"ring: ‹{'9' * 1000}d›", "F015", ""),
    "a ring longer than the wait": ("‹ring›: 40s\nlongest: 30s", "F262 warning", "make it shorter, or longest: longer"),
    "a ring by itself longer than the wait": ("‹longest›: 10s", "F262 warning", "make it shorter"),
    "a step that begins too late": (
        "longest: 1m\nneeds: [{require: {billing: 3}, for: 60s}, ‹{›lower: {billing: 1}}]", "F262 warning", "make it",
    ),
    "a stay longer than the wait": ("‹without_agents›: {stay: 2m}\nlongest: 1m", "F262 warning", "make it shorter"),
    "a target longer than the wait": ("‹target›: 80% in 2m\nlongest: 1m", "F262 warning", "make it shorter"),
    "wrap-up without a unit": ("wrap_up: ‹30›", "F013", "write it as 3s"),
    "wrap-up of no time": ("wrap_up: ‹0s›", "F015", ""),
    "a code without time": ("wrap_up: ‹{›code: required}", "F020", "write how long it is: for: 30s"),
    "a code as yes": ("wrap_up: {for: 30s, code: ‹yes›}", "F018", "it is one of required, optional"),
    "an unknown option of wrap-up": ("wrap_up: {for: 30s, ‹codes›: required}", "F021", "write code: required"),
    "wrap-up in a list": ("wrap_up: ‹[›30s]", "F010", ""),
    "nobody may wait": ("most: ‹0›", "F264", "write  most: no  when there is no limit"),
    "nobody may wait at all": ("longest: ‹0s›", "F264", "write  longest: no  when there is no limit"),
    "nobody may wait, without a unit": ("longest: ‹0›", "F264", "write  longest: no"),
    "too many may wait": ("most: ‹1000000›", "F015", ""),
    "less than nobody may wait": ("most: ‹-1›", "F015", ""),
    "a wait of two days": ("longest: ‹2d›", "F015", ""),
    "in and out": ("without_agents: {stay: ‹no›}", "F263 warning", "write join: no, too"),
    "in and out, in full": ("without_agents: {join: yes, stay: ‹no›}", "F263 warning", "write join: no, too"),
    "a stay in words": ("without_agents: {stay: ‹long›}", "F013", ""),
    "a wrong join alone": ("without_agents: {join: ‹maybe›, stay: no}", "F014", ""),
    "without agents as a word": ("without_agents: ‹leave›", "F022", ""),
    "an unknown option without agents": ("without_agents: {join: no, ‹leave›: yes}", "F021", "write stay: no"),
    "missed as yes": ("missed: ‹pause›", "F018", "it is one of break, nothing"),
    "a rest of no time": ("rest: {busy: ‹0s›}", "F015", ""),
    "a rest after silence": ("rest: {‹no_answer›: 30s}", "F021", "write missed: in the queue"),
    "a rest for all": ("rest: ‹30s›", "F022", ""),
    "an unknown calendar": ("hours: ‹suport›", "F139", "did you mean 'support'?"),
    "a calendar of another word": ("hours: ‹office›", "F139", "there is support, sales"),
    "music with its ending": ("music: ‹music/calm.wav›", "F161", "write it as  music/calm"),
    "tell with a word": ("tell: ‹maybe›", "F014", ""),
    "tell with a wrong option": ("tell: {‹place›: yes}", "F021", "write position:"),
    "tell too often": ("tell: {every: ‹1s›}", "F015", ""),
    "tell without its unit": ("tell: {first: ‹10›}", "F013", "write it as 3s, 500ms, 2m or 1m30s"),
    "a whisper in no language": ("whisper: {‹xx›: Billing}", "F127", "agents are told in en, zh"),
    "a whisper without words": ("whisper: ‹\"\"›", "F011", ""),
    "accept by a word": ("accept: ‹keys›", "F018", "did you mean 'key'?"),
    "tell nothing": ("tell: ‹{position: no, wait: no}›", "F256 warning", "write  tell: no  to tell them nothing"),
    "music outside": ("music: ‹../calm›", "F161", "write it as  music/calm"),
    "record as a word": ("record: ‹always›", "F014", ""),
    "a survey in words": ("survey: ‹After the call›", "F012", "names are small letters"),
    "an empty about": ("about: ‹\"\"›", "F011", "write the words"),
    "agents on the page": ("‹agents›: [1001]", "F021", "agents are no part of this page"),
    "skills without needs": ("‹skills›: {billing: 3}", "F021", "write needs: {require: {billing: 3}}"),
    "Asterisk's time-out": ("‹timeout›: 15s", "F021", "write ring: how long a phone rings"),
    "Asterisk's length": ("‹maxlen›: 15", "F021", "write most: how many calls may wait at once"),
    "a service level": ("‹service_level›: 80% in 20s", "F021", "write target: 80% in 20s"),
    "an option misspelled": ("‹wrapup_›: 30s", "F021", "did you mean 'wrap_up'?"),
    "an option twice": ("ring: 15s\n‹ring›: 20s", "F004", "the first one is in line"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_mistake_of_a_queue_is_found_at_its_place_with_its_mending(name: str) -> None:
    marked, code, hint = PLANTED[name]
    text, places = unmarked(below(marked))
    _, problems = findings(text)
    assert told(problems) == [code], problems
    assert [(problem.mark.line, problem.mark.column) for problem in problems] == places
    assert problems[0].hint.startswith(hint)
    assert problems[0].message.endswith(".")


# Whole pages.
PAGES = {
    "no set of options": ("‹- billing›", "F022", ""),
    "a queue at the top": ("‹billing›: {ring: 15s}", "F021", "is it a queue? then write it under queues:"),
    "a section misspelled": ("‹queue›: {billing: {}}", "F021", "write queues:"),
    "agents at the top": ("‹agents›: {ada: 1001}", "F021", "agents are no part of this page"),
    "codes by another name": ("‹wrapup_codes›: {solved: Settled}", "F021", "write wrap_up_codes:"),
    "an unknown section": ("‹voices›: 7", "F021", "it can have breaks, defaults, groups"),
    "a queue without options": ("queues:\n  billing:‹›", "F022", "write  billing: {}  for a queue without options"),
    "a queue as a word": ("queues: {billing: ‹15s›}", "F022", "write  billing: {}"),
    "queues in a list": ("queues: ‹[›billing]", "F022", "write  billing: {ring: 15s}"),
    "skills in a list": ("skills:\n  ‹-› billing", "F022", "write  billing: Bills and payments"),
    "no groups": ("groups:‹›", "F022", "write  back_office: Helps when it is full"),
    "a queue's name": ("queues: {‹Billing›: {}}", "F012", "names are small letters"),
    "a queue twice": ("queues:\n  billing: {}\n  ‹billing›: {}", "F004", "the first one is in line 2"),
    "a skill's name": (
        "skills: {‹Bills›: Bills}\nqueues: {a: {needs: {require: {Bills: 3}}}}", "F012", "names are small letters",
    ),
    "a code's name": ("wrap_up_codes: {‹call-back›: We call again}", "F012", "names are small letters"),
    "a code without words": ("wrap_up_codes: {solved: ‹›}", "F011", "write the words"),
    "a break's name": ("breaks: {‹Lunch›: {paid: no}}", "F012", "names are small letters"),
    "a break in words": (
        "breaks: {lunch: ‹The midday break›}", "F022", "write  lunch: {paid: yes, about: The midday break}",
    ),
    "an unknown option of a break": ("breaks: {lunch: {‹unpaid›: yes}}", "F021", "write paid: no"),
    "a break that is paid or not": ("breaks: {lunch: {paid: ‹half›}}", "F014", ""),
    "a break with a meaning": ("breaks: {‹missed›: {paid: no}}", "F267", "take another name; whoever does not answer"),
    "a language as a skill": (
        "skills: {‹language›: English}\nqueues: {a: {needs: {require: {‹language›: 3}}}}", "F267", "take another name",
    ),
    "a code that is required of none": (
        "queues: {a: {wrap_up: {for: 30s, code: ‹required›}}}", "F261", "write them under wrap_up_codes: at the top",
    ),
    "a skill that nobody asks for": ("skills: {‹billing›: Bills}\nqueues: {a: {}}", "F266 warning", "require it in a"),
    "a group that nobody adds": ("groups: {‹helpers›: Helpers}\nqueues: {a: {}}", "F266 warning", "add it in a step"),
    "no skills at all": ("queues: {a: {needs: {require: {‹billing›: 3}}}}", "F250", "write it under skills: at"),
    "no groups at all": ("queues: {a: {needs: {add_group: ‹helpers›}}}", "F251", "write it under groups: at the top"),
    "a mistake in the defaults": ("defaults: {ring: ‹15›}\nqueues: {a: {}, b: {}}", "F013", "write it as 3s"),
    "needs in the defaults": ("defaults: {‹needs›: {require: {a: 3}}}\nqueues: {a: {}}", "F021", "it belongs to one"),
    "an unknown option in the defaults": ("defaults: {‹rign›: 15s}\nqueues: {a: {}}", "F021", "did you mean 'ring'?"),
    "defaults in a list": ("defaults: ‹[›ring]\nqueues: {a: {}}", "F022", ""),
    "a default that is too long for a queue": (
        "defaults: {ring: 40s}\nqueues: {a: {‹longest›: 30s}}", "F262 warning", "make it shorter",
    ),
    "defaults that are too long for each other": (
        "defaults: {‹ring›: 40s, longest: 30s}\nqueues: {a: {}, b: {}}", "F262 warning", "make it shorter",
    ),
    "a code in the defaults": (
        "defaults: {wrap_up: {for: 30s, code: ‹required›}}\nqueues: {a: {}, b: {}}", "F261", "write them under",
    ),
    "too many queues": ("queues:\n" + "".join(f"  q{n}: {{}}\n" for n in range(1000)) + "  ‹last›: {}", "F015", "take"),
    "a shortcut of YAML": ("defaults: ‹&›all {ring: 15s}\nqueues: {a: {}}", "F002", "put it in quotes"),
    "no YAML": ("queues: {a: ‹›", "F001", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_mistake_of_a_page_is_found_at_its_place_with_its_mending(name: str) -> None:
    marked, code, hint = PAGES[name]
    text, places = unmarked(marked)
    _, problems = findings(text)
    assert told(problems) == [code], problems
    if code != "F001":
        assert (problems[0].mark.line, problems[0].mark.column) == places[0]
    assert problems[0].hint.startswith(hint)


def test_all_mistakes_are_told_at_once() -> None:
    setup, problems = findings("""\
skills: {billing: Bills}
breaks: {missed: {paid: perhaps}}
defaults: {ring: 15, rign: 15s}
queues:
  a: {needs: [{require: {biling: 9}}, {lower: {billing: 0}}], target: 80/20, strategy: rrmemory}
  b: {hours: never, most: 0, priority: 5, wrap_up: {for: 30s, code: required}}
  C: 3
""")
    assert set(told(problems)) == {
        *("F012", "F013", "F014", "F018", "F021", "F022", "F139"),
        *("F250", "F252", "F255", "F259", "F260", "F261", "F264", "F267"),
    }
    assert list(setup.queues) == ["a", "b", "C"]  # so that flows which lead there are not told that there is none


@pytest.mark.parametrize(
    ("recordings", "code"),
    [
        (None, []),
        ({"music/calm"}, []),
        ({"en/music/calm"}, []),
        ({"music/clam"}, ["F162"]),
        (set(), ["F162"]),
        ({"other/en/music/calm", "calm"}, ["F162"]),
    ],
)
def test_music_is_looked_for_where_recordings_are_known(recordings: set[str] | None, code: list[str]) -> None:
    _, problems = findings("queues: {billing: {music: music/calm}}", recordings)
    assert told(problems) == code


def test_a_step_may_begin_in_time_when_one_before_it_is_left_out() -> None:
    steps = "needs: [{require: {billing: 3}, for: 5m, if_none: skip}, {lower: {billing: 1}, for: 30s}, {drop: billing}]"
    assert queue(f"{steps}\nlongest: 1m").longest == 60.0
    assert told(findings(below(f"{steps}\nlongest: 30s"))[1]) == ["F262 warning"]


def test_a_default_of_a_seed_serves_the_queues_that_draw() -> None:
    setup, problems = findings("defaults: {seed: 7}\nqueues: {a: {strategy: random}, b: {}}")
    assert problems == []
    assert setup.queues["a"].seed == 7


@given(
    st.text(alphabet="queskilgroupnd:-0123456789,{}[] \n%mtfa_.#\"'", max_size=120),
    st.sampled_from(["", "queues:\n  a:\n    ", "queues:\n  a:\n    needs:\n      ", "skills: {a: b}\nqueues:\n  "]),
)
def test_any_text_is_read_or_found_wrong(text: str, before: str) -> None:
    problems = Problems()
    for name, found in read_queues(before + text, "queues.yaml", problems, ()).queues.items():
        assert found.name == name
        assert found.steps
