"""Phone numbers in the groups in which people say them."""

from __future__ import annotations

import re

# ITU-T E.164, list of assigned country codes: 1 and 7 have one digit, these two, all others three.
_TWO_DIGITS = re.compile(r"2[07]|3[0-469]|4[0134-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")


def groups(number: str, home: str) -> tuple[str, ...]:
    """The groups of a number of digits with or without a plus; ``home`` is the country of a number without one."""
    if not number.startswith("+"):
        if home == "1" and len(number) == 11 and number[0] == "1":
            return ("1", *_cut(number[1:], (3, 3, 4)))
        return _national(home, number)
    rest = number[1:]
    size = 1 if rest[0] in "17" else 2 if _TWO_DIGITS.match(rest) else 3
    return ("+" + rest[:size], *_national(rest[:size], rest[size:]))


def _national(country: str, digits: str) -> tuple[str, ...]:
    size = len(digits)
    if country == "86" and size == 11:
        # Mobiles and the big cities (010, 02x) are 3-4-4; other places have an area code of four digits.
        far = digits[0] == "0" and digits[1] not in "12"
        return _cut(digits, (4, 3, 4) if far else (3, 4, 4))
    if country == "86" and size == 12:
        return _cut(digits, (4, 4, 4))
    if size <= 4:
        return (digits,) if digits else ()
    if size == 5:
        return _cut(digits, (2, 3))
    # Threes, with as many fours at the end as it takes: 7 is 3-4, 8 is 4-4, 10 is 3-3-4.
    fours = size % 3
    return _cut(digits, (3,) * ((size - 4 * fours) // 3) + (4,) * fours)


def _cut(digits: str, sizes: tuple[int, ...]) -> tuple[str, ...]:
    found, start = [], 0
    for size in sizes:
        found.append(digits[start : start + size])
        start += size
    return tuple(found)
