"""Values read aloud: amounts, dates, numbers and the like, as words that exist as sounds before a call needs them.

Start with `say.speak`. ``values`` makes sure of what a value is, ``english`` and ``chinese`` know how their callers
expect to hear it, and ``language`` is what another language has to offer. The room imports `ivr.core.base` and the
`Spoken` of `ivr.core.calls.verbs`, nothing else.

Why words and not one text: a language says all its amounts and dates with some hundred words. Their sounds are made
once, when the service starts, so that no engine has to speak a number while a caller waits.
"""
