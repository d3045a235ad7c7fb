"""What callers hear where a flow says nothing of its own, in each language that values can be read aloud in."""

from __future__ import annotations

from ivr.core.flow.sentence import Template, Words, written
from ivr.core.prompts.say import base_language

BUILT_IN: dict[str, dict[str, str]] = {
    "returned": {"en": "Sorry, we were interrupted.", "zh": "抱歉，通话中断了一下。"},
    "apology": {"en": "Sorry, something went wrong.", "zh": "抱歉，系统出了一点问题。"},
    "no_input": {"en": "Sorry, I did not hear you.", "zh": "抱歉，我没有收到您的输入。"},
    "no_match": {"en": "Sorry, I did not get that.", "zh": "抱歉，您的输入无效。"},
    "help": {"en": "Please answer with the keys of your telephone.", "zh": "请用电话按键回答。"},
    "confirm": {"en": "You entered {…}.", "zh": "您输入的是{…}。"},
    "confirm (date)": {"en": "The date is {…}.", "zh": "日期是{…}。"},
    "confirm (time)": {"en": "The time is {…}.", "zh": "时间是{…}。"},
    "confirm (yes_no)": {"en": "Your answer is {…}.", "zh": "您的回答是{…}。"},
    "accept": {"en": "If that is right, press 1. To change it, press 2.", "zh": "正确请按 1，修改请按 2。"},
    "yes_no": {"en": "For yes, press 1. For no, press 2.", "zh": "是请按 1，否请按 2。"},
}


def built_in(name: str, languages: tuple[str, ...]) -> Words:
    """The built-in sentence of a name, in the flow's languages."""
    found: dict[str, tuple[Template, ...]] = {}
    for language in languages:
        text = BUILT_IN[name].get(base_language(language) or "en", BUILT_IN[name]["en"])
        found[language] = (written(language, text),)
    return Words(found)
