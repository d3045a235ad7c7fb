"""Every finding's code, with a paragraph that says what it means and how to mend it.

Codes are stable: a finding may get better words, but its code stays. F0xx are about the page as YAML, F10x to F11x
about sections and actions, F12x about sentences and expressions, F25x to F27x about queues, F29x about plans of a day.
A test holds this table against the code.
"""

from __future__ import annotations

CODES: dict[str, str] = {
    "F001": "The file is not YAML, or is far too long or too deeply nested. Often a sentence with a colon stands "
    'without quotes, a tab indents a line, or the star key is written without quotes: it is `"*"`.',
    "F002": "A YAML tag (`!word`), anchor (`&word`) or alias (`*word`) stands there. They have no meaning here.",
    "F003": "The name of an option is a list or a set of options instead of a word. Often a brace at the "
    "beginning of a sentence is the cause: put the sentence in quotes.",
    "F004": "The same option is said twice in one place. Only one of the two can hold, so neither does.",
    "F010": "A list or a set of options stands where a single value belongs.",
    "F011": "An option has no value, or an empty one. Write the value or take the option out.",
    "F012": "A name is written in small letters, digits and underscores, and begins with a letter: `main_menu`.",
    "F013": "A length of time is written with its unit: `500ms`, `3s`, `2m`, `1m30s`, `1h`.",
    "F014": "The option is either `yes` or `no`.",
    "F015": "A number or a length of time is outside the limits that the finding names, or is not a whole number.",
    "F016": "A number of keys is written `4`, or `6..10` for everything from 6 to 10, within the limits that the "
    "finding names.",
    "F017": 'Keys are `0` to `9`, `"*"` and `"#"`; the last two need quotes, because YAML takes them for its own.'
    " Keys that are pressed anywhere are single ones.",
    "F018": "The value is not one of the words that this option knows. The finding lists them, or says which is close.",
    "F020": "An option that is needed is missing. For a question that is `give_up`: without it nobody has decided"
    " where a caller goes who does not answer.",
    "F021": "The action has no such option; it may be misspelled, or belong to another kind of action.",
    "F022": "A single value or a list stands where a set of options belongs, or the other way round.",
    "F100": "The file is empty. The smallest flow is a `flow:` with one section and one action in it.",
    "F101": "A section is a list of actions, each on a line that begins with a dash, and has at least one.",
    "F102": "Values (numbers, dates, money) can be read aloud in the languages that the finding names, and in no "
    "other so far.",
    "F103": "A sentence is missing in a language of the flow. Until it is written, callers of that language hear "
    "it in the language that was written first.",
    "F104": "An action goes to a section that this flow does not have. The name may be misspelled, or the section"
    " was renamed or taken out.",
    "F105": "After the section's last action the call would have nowhere to go. End a section with `go`, with "
    "`hangup`, or with an action whose outcomes all name a section.",
    "F106": "No action goes to this section, so no caller ever gets there.",
    "F107": "The same key means two things in one place.",
    "F108": "The action before this one always goes elsewhere, so this one is never done.",
    "F109": "A menu or a queue uses a key that has a meaning anywhere (such as `0` for a person). Here the key is "
    "the option's; callers who are used to the other meaning may be surprised.",
    "F110": "Each line of a section is one action, and its first word is the kind: `- say: Hello.` A list of the "
    "kinds stands in this reference.",
    "F111": "The word is kept for a kind of action that a later version brings; it cannot be used yet.",
    "F112": "From here the call comes back to the same place without any answer from the caller, for ever. Ask "
    "something on the way, hang up, or leave the circle by an `if` that counts. `give_up` is no answer: a"
    " caller who is silent must not be asked for ever.",
    "F113": "Whatever the caller does, the call never comes to a `hangup` or another end from this section.",
    "F114": "The flow asks questions, but has no way to a person. Callers for whom the menu does not work are lost.",
    "F115": "The flow does not say what happens when a dialled number is busy, does not answer, cannot be reached"
    " or may not be dialled, or when nobody in a queue answers; the next action is done, as after a conversation.",
    "F117": "An `if` without `go`, `say` or `else` makes no difference.",
    "F119": "A value that was marked as secret (a card number, a code) would be said, kept under another name or "
    "dialled, where others may hear or see it. If that is meant, say why: `allow_secret: the caller hears"
    " only their own code`.",
    "F120": 'The expression cannot be read. Expressions are written like `balance > 0 and tier == "gold"`.',
    "F121": "The name is set nowhere in this flow: not by `as` or `set`, and it is not known of a call. A word "
    "that is meant as text stands in quotes.",
    "F122": "There is no such function. The functions stand in this reference.",
    "F123": "The value is of another type than is needed there: a text cannot be compared with a number, a "
    "condition is yes or no, and so on. Digits that a caller keyed in are text, so that `0042` stays "
    "`0042`.",
    "F124": "Braces in a sentence hold a value: `{balance:money}`. A brace that is to be said is written twice.",
    "F125": "The way to say a value is unknown, or stands where nothing is said. The ways stand in this reference.",
    "F126": "A sentence was cut by YAML: within `[…]` and `{…}` a comma ends it, a `#` behind a blank begins a "
    "comment, and a brace at its beginning makes it a set of options. Put the sentence in quotes, or on a line of its "
    "own.",
    "F127": "The language is not among the flow's `languages`.",
    "F129": "A rule is set aside only with a reason that others can read; `yes` is none.",
    "F130": "Opening hours are written as `08:00-18:00`, `22:00-02:00` past midnight, `24h` or `closed`; several spans "
    "of one day with commas between them: `09:00-12:00, 13:00-15:00`.",
    "F131": "Two spans of opening hours overlap, or one begins and ends at the same time. A span past midnight that is"
    " longer than 16 hours is a warning, because its times may be the wrong way round; so is one that runs into the "
    "hours of the next day.",
    "F132": "Days of the week are `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`, ranges such as `mon-fri` or "
    "`sat-mon`, several with commas between them, or `daily`; each day has its hours once.",
    "F133": "Special days are written as `2026-12-24`, `12-24` for every year, or a range such as "
    "`2026-12-24..2026-12-31`; the date has to exist, and a day has its hours once. Only a single day may stand within"
    " a range, and wins.",
    "F134": "The time zone is not known. Zones have the names of the IANA database: `Europe/Berlin`, "
    "`America/New_York`, `Asia/Shanghai`.",
    "F135": "The iCalendar file with the holidays is not beside `hours.yaml`, or cannot be read. A file without any "
    "event that closes something is a warning.",
    "F136": "An event of an iCalendar file cannot be used; the finding says why. The other events are used.",
    "F137": "The calendar has no open hours at all, so every caller hears that it is closed.",
    "F138": "The last special day, or the last holiday of a file, is over: next year's are missing.",
    "F139": "There is no calendar of this name in `hours.yaml`.",
    "F140": "An address is written `https://crm.example.com/accounts/{account}`: the host is fixed text, values stand "
    "in the path or after the `?`, and there is no `#`, no bare `%`, and no name or password in it.",
    "F141": "The settings do not let flows speak to this host. Whoever runs the service allows it in `ivr.yaml`: "
    '`fetch: {hosts: ["crm.example.com"]}`; a port is a part of it, and `http://` where there is no encryption.',
    "F142": "The header has a name that no header can have, or is one that the service sets itself.",
    "F143": "The settings have no secret of this name. Whoever runs the service adds it to `ivr.yaml`: "
    "`secrets: {crm_token: {env: CRM_TOKEN}}`.",
    "F144": "Nothing is sent with `get`. To send something, say how: `method: post`, or `put`, `patch`.",
    "F145": "When no answer comes to `post` or `patch`, nobody knows whether it was done; sending it again may do it "
    "twice. Leave `retries` out, or say why it does no harm: `allow_repeat: the order has a number`.",
    "F146": "What is looked up is one SQL statement that begins with `select` or `with` and changes nothing. "
    "Parameters have names: `:account`.",
    "F147": "Values never stand in SQL, they are parameters: `where number = :account` and `with: {account: "
    '"{account}"}`. Every parameter has a value, and every value a parameter.',
    "F148": "The settings have no database of this name. Whoever runs the service adds it to `ivr.yaml`: "
    "`databases: {crm: {file: crm.db}}`.",
    "F150": "A flow that others enter says what it takes and gives, each with a type: `takes: {account: text}`. "
    "The finding lists the types; `secret` is a text that must not be seen.",
    "F151": "There is no flow of this name in the folder. A flow has the name of its file without the ending.",
    "F152": 'What a flow `takes` is given to it, all of it and nothing else: `with: {account: "{account}"}`.',
    "F153": "A flow comes to the outcomes that stand at its top, `outcomes: [verified, unknown]`, and to no others; "
    "to `done` when it names none.",
    "F154": "Flows enter each other without any answer from the caller, or a flow enters itself. After ten flows in "
    "each other the call would end.",
    "F155": "The flow that is entered lacks a language of this one; its callers hear its first language there.",
    "F156": "A flow has several outcomes, and the call goes on in the same way after them. `go` may leave out one.",
    "F157": "Values come back from a flow under the names that stand at its top: `gives: {customer: text}`.",
    "F158": "A `choose` has the same value twice, perhaps written in two ways (`1` and `01` for a number). Only the "
    "first one would ever be taken.",
    "F159": "A `choose` has an option for every value that there can be, so its `else` is never taken.",
    "F160": "A `choose` has an option for a value that never comes: a word for a number, or a word that the name never "
    "is.",
    "F161": "A recorded file is named by its path in the folder of prompts, in small letters and without its ending: "
    "`music/calm`. Nothing outside of that folder can be played.",
    "F162": "The recorded file is not in the folder of prompts, neither in that of the language nor beside it.",
    "F163": "A tag has at most 60 characters, so that reports can count by it.",
    "F180": "A caller hears more than 12 seconds before the first option of a menu is named, the sentences right "
    "before the menu included. Say less, or name an option sooner. The time is that of the recordings, or estimated: "
    "a voice says about 14 characters of English in a second, and 4.5 of Chinese.",
    "F181": "A menu has more than five options. Callers do not keep them in mind, and press 0 or anything.",
    "F182": "A value gets a name that no sentence, condition or other action of the flow uses.",
    "F183": "A sentence has a recording in one language or for one attempt, and none for another: callers hear two "
    "voices. `ivr prompts` shows which file is missing.",
    "F184": "A recording is more than twice as long, or less than half as long, as its text suggests. It may be that "
    "of another text, or be cut.",
    "F185": "An option's keys begin with the keys of another option (`1` and `12`), and there is hardly time to press "
    "on: callers always get the shorter one.",
    "F187": "A condition comes to the same whatever happens in a call, because it compares a value with itself, or "
    "nothing that can change.",
    "F188": "A value is compared with one that it never has: `call.weekday` is never `monday`, and a name that is only "
    "ever set to `gold` or `silver` is never `platinum`.",
    "F189": "A sentence has only punctuation in it, so there is nothing that a voice could say.",
    "F165": "The option has no meaning for this type of input: `range` is for numbers, `format` for dates, and so on.",
    "F166": "The type of input needs one more option: a date the order of its digits (`format: DDMMYYYY`; nobody can "
    "guess whether 0304 is in March or in April), `pattern` its patterns, `one_of` its list.",
    "F167": "The number of keys does not fit the type of input: what the type or its options ask for could never be "
    "keyed in, or what could be keyed in would never fit. Where the type says how many keys there are, leave `length` "
    "out.",
    "F168": "A range of numbers is written `1..31` or `0.50..200`, and rises.",
    "F169": "Patterns of digits are written as for dialling: digits, `x` for any digit, `*` at the end for any rest. "
    "There is no plus, because no telephone has one to key in.",
    "F170": "The order of a date's digits is one of those that the finding lists, such as `DDMMYYYY` or `MMDD`.",
    "F171": "The values of `one_of` are digits, 1 to 20 of them, each value once; or there is one expression that "
    "gives a list, such as `found.accounts`.",
    "F172": "The key that ends the answer belongs to the answer itself, so it could not be keyed in.",
    "F173": "The latest date or time is before the earliest, so no answer could be right.",
    "F174": "A bound is of another type than the answer (a date for a date, a time of day for a time), or `one_of` is "
    "not a list.",
    "F175": "A value of `set` looks like a number, a date, a time or nothing, but would be a text: `1e3`, `2026-1-5`, "
    "`25:00`, `null`. Write it as the finding says, or in quotes where the text is meant.",
    "F176": "`say` has a list of sentences, of which only the first is ever heard. Lists are for questions, which are "
    "put several times; often a comma has cut a sentence.",
    "F128": "The name is taken: `call.from` and others say what is known of the call, `today` and `now` are the date "
    "and the time, `yes`, `no`, `and`, `or`, `not` and `in` are words of expressions.",
    "F200": "A line of `numbers.yaml` begins with a number, an extension, or a pattern with x for any digit and `*` "
    'for any rest: `"100"`, `"+1555123xxxx"`, `"+44*"`. `else` stands for all numbers that no line is for.',
    "F201": "A number stands in `numbers.yaml` twice, perhaps once with spaces or dashes in it. Only one of the two "
    "can hold.",
    "F202": "A pattern above takes every number of this one, so no call ever comes to it. The first pattern that "
    "matches is taken: put the narrower one first.",
    "F203": "What answers a number is a flow (`main`), a flow by opening hours (`{hours: support, open: main, closed: "
    "night}`), or flows by share (`{share: {shop: 90%, shop_new: 10%}}`).",
    "F204": "The shares of a number are 100% together, so that every caller is answered.",
    "F205": "A share is a part of the callers in per cent, with at most two decimals: `90%`, `12.5%`.",
    "F206": "There is no flow of this name in the folder. A flow has the name of its file without the ending.",
    "F207": "A flow that takes values (`takes:`) is entered by other flows, which give it those values. A dialled "
    "number has none to give.",
    "F208": "Numbers that no line of `numbers.yaml` is for are answered by `else`, or by the flow that the setting "
    "`flow:` names (`main` when nobody said otherwise), and there is no such flow.",
    "F220": "A page of scenarios is a list: each scenario begins with `- scenario:` and a name.",
    "F221": "Two scenarios of one page have the same name, so a report could not tell them apart.",
    "F222": "The scenario runs a flow that does not stand in the same folder. Without `flow:` it is the flow "
    "whose name the page has.",
    "F223": "A step of a scenario is one thing that the caller hears or does: `- hears: Welcome`, `- presses: 1`. "
    "The finding lists the steps, or says which is close.",
    "F224": "Callers of a scenario press keys; that they speak is for a later version.",
    "F225": "What is pressed are keys of a telephone: 0 to 9, `*` and `#`. A `#` or `*` that comes first stands "
    "in quotes.",
    "F226": "What comes of dialling is `answered` (also `answered 30s`), `busy`, `no_answer`, `unreachable`, "
    "`refused` or `failed`.",
    "F227": "An answer of a source is found by a part of the request: `fetch: {accounts/1234: {balance: 12.50}}`.",
    "F228": "The scenario runs in a language that its flow does not have, or says both `language` and `languages`.",
    "F229": "A scenario's time is written as `2026-11-23 10:00`, in the time zone of the service.",
    "F230": "`begins_like` names another scenario of the same page, whose steps come first; not one that begins "
    "like this one.",
    "F231": "The scenario runs in several languages, and words that the caller listens for are missing in one of them.",
    "F232": "The scenario expects a section that the flow does not have. Of a flow that was entered it is "
    "`flow.section`.",
    "F233": "What comes of a wait in a queue is `answered` (also `answered 30s`), `full`, `waited_too_long`, "
    "`no_agents` or `failed`. A caller who presses a key meanwhile has a step of its own, `presses`.",
    "F240": "`checks.yaml` names a code that no finding has. `ivr explain` lists the codes.",
    "F241": "`checks.yaml` may make a warning an error, or turn it off. An error is what a caller would meet, "
    "so it stays an error.",
    "F242": "A warning is turned off only with a reason that others can read: "
    "`F109: {severity: off, because: our menus use 0 for the last option}`.",
    "F243": "The page has something that `ivr fmt` cannot lay out anew without changing what the page says, so it "
    "is left as it is: a tag or directive of YAML, a name that goes over several lines, a comment in empty brackets.",
    "F250": "A queue requires, prefers, lowers or drops a skill that `queues.yaml` does not have under `skills:`, or a "
    "flow needs one for a call. It may be misspelled. Languages are no skills: a call brings its own along.",
    "F251": "A queue adds a group that `queues.yaml` does not have under `groups:`.",
    "F252": "The level of a skill is a whole number from 1, a little, to 5, best. To ask for a skill no more, a step "
    "drops it.",
    "F253": "A step lowers or drops a skill that no step before it requires, so that it changes something only for "
    "calls whose flow asks for the skill. Require it in a step before, or take it out.",
    "F254": "A step lowers a skill to a level above the one that is required before. The longer a caller waits, the "
    "less is asked of agents.",
    "F255": "Other steps follow, and this one does not say how long it holds, so they are never reached: write `for: "
    "30s`. Only the last step has no `for`.",
    "F256": "A step, or a part of one, changes nothing: what it asks for was asked for before, or everybody who may "
    "be chosen has it. The last step holds until somebody answers, so `for` and `if_none: skip` have no effect there.",
    "F257": "A later step only asks for more than those before it, so a caller who has waited gets harder to serve. "
    "Require it in the first step, or loosen something else in the same one.",
    "F258": "One step says two things of a skill: it requires, lowers or drops it. Let it stand in one of them, or "
    "write two steps.",
    "F259": "A target is a part of the calls, and the time in which they are answered: `80% in 20s`.",
    "F260": "A priority is worth so much waiting: `5m` puts a call in front of those that came up to five minutes "
    "before it, `-5m` behind those that come up to five minutes after it. At most a day.",
    "F261": "After each talk of this queue a code has to be given, and `queues.yaml` has none: write them under "
    "`wrap_up_codes:`, or `code: optional`.",
    "F262": "A call waits no longer than `longest`. A step that begins later is never reached, a stay without agents "
    "or a target that is longer comes to nothing, and one phone that rings longer takes up the whole wait.",
    "F263": "Nobody who could serve the call is there, and a caller may come into the queue all the same, but may not "
    "stay in it. Write `join: no`, too, or say how long one may stay: `stay: 2m`.",
    "F264": "With a limit of 0 nobody could wait in the queue. `no` is for no limit, also where the defaults have one.",
    "F265": "A seed makes the draws of the strategy `random` come again as they were. Other strategies draw nothing.",
    "F266": "No queue asks for this skill, or adds this group. It may have been renamed, or be needed no more.",
    "F267": "The name has a meaning of its own: whoever does not answer is put on the break `missed`, and a language "
    "is what a call brings along and an agent speaks, without a skill.",
    "F270": "There is no queue of this name under `queues:` in `queues.yaml`.",
    "F271": "A call is to wait in a queue, and the folder has no `queues.yaml` that says which queues there are. The "
    "smallest one is `queues: {billing: {}}`.",
    "F272": "The queue never comes to this: without `most` it is never full, without `longest` nobody waits too long, "
    "with `without_agents: {join: yes, stay: yes}`, as it is without a word, callers wait also while nobody is there, "
    "and without `hours` it is never closed.",
    "F273": "The language that an agent has to speak is a tag, as agents have them: `en`, `zh`; or a value: "
    '`"{call.language}"`. An empty value asks for no language.',
    "F290": "The day of a plan is one span of hours, `day: 08:00-18:00`, and a whole number of intervals.",
    "F291": "Calls of a plan have a number for each interval of the day, or a single one that holds for all of them.",
    "F292": "A plan names a queue that `queues.yaml` in the folder of flows does not have. Calls come to a queue of "
    "this name, or say which one: `queue: billing`.",
    "F293": "A plan names a skill, a group or a reason for a break that `queues.yaml` in the folder of flows does not "
    "have.",
    "F294": "Times of a plan do not meet: a break is outside the agent's shift, or a shift is outside the day.",
    "F295": "No agent of the plan is in the queue with all the skills that these calls need, whatever the time, so "
    "that nobody could ever answer them.",
    "F296": "A plan has a number that cannot be: calls in an interval are written `35` or `12.5`, a variation is the "
    "standard deviation in parts of the mean, `0.8`, and offers that nobody answers are a part of all, `2%`.",
    "F297": "A plan is larger than a day that is tried out may be. Take a shorter day, or fewer calls and agents.",
}

# The findings that do not keep a flow from running; `F126`, `F131` and `F135` are so only where it may be meant.
WARNINGS = frozenset(
    {
        "F103",
        "F106",
        "F108",
        "F109",
        "F114",
        "F115",
        "F126",
        "F131",
        "F135",
        "F136",
        "F137",
        "F138",
        "F155",
        "F156",
        "F159",
        "F160",
        "F176",
        "F180",
        "F181",
        "F182",
        "F183",
        "F184",
        "F185",
        "F187",
        "F188",
        "F202",
        "F253",
        "F256",
        "F257",
        "F262",
        "F263",
        "F265",
        "F266",
        "F272",
        "F295",
    }
)
