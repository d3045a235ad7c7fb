"""Keys from two witnesses: every key is heard once, in order, whoever tells of it first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.asterisk.keys import MOST, KeyEar


def test_a_key_that_both_tell_of_is_heard_once_when_agi_is_first() -> None:
    ear = KeyEar()
    assert ear.by_agi("1") == "1"
    ear.by_ami("1", command_listens=False)
    assert ear.take() == ""


def test_a_key_that_both_tell_of_is_heard_once_when_ami_is_first() -> None:
    ear = KeyEar()
    ear.by_ami("1", command_listens=True)
    assert ear.by_agi("1") == "1"
    ear.command_over()
    assert ear.take() == ""


def test_a_key_between_two_commands_is_kept_for_the_next_question() -> None:
    ear = KeyEar()
    assert ear.by_agi("1") == "1"
    ear.by_ami("1", command_listens=False)
    ear.by_ami("2", command_listens=False)
    assert ear.take() == "2"


def test_a_key_that_a_starting_command_missed_comes_before_the_one_it_heard() -> None:
    ear = KeyEar()
    ear.by_ami("2", command_listens=True)
    ear.by_ami("3", command_listens=True)
    assert ear.by_agi("3") == "2"
    assert ear.take() == "3"
    assert ear.take() == ""


def test_a_key_that_only_ami_heard_is_found_when_the_command_ends_without_one() -> None:
    ear = KeyEar()
    ear.by_ami("7", command_listens=True)
    assert ear.take() == ""
    ear.command_over()
    assert ear.take() == "7"


def test_without_ami_every_key_of_agi_counts() -> None:
    ear = KeyEar()
    assert [ear.by_agi(key) for key in "1123"] == list("1123")
    assert ear.take() == ""


def test_after_ami_was_away_old_keys_do_not_swallow_new_ones() -> None:
    ear = KeyEar()
    ear.by_agi("5")
    ear.reconnected()
    ear.by_ami("5", command_listens=False)
    assert ear.take() == "5"


def test_a_key_that_agi_makes_up_again_is_heard_once() -> None:
    ear = KeyEar()
    ear.by_ami("8", command_listens=True, at=10.0, lasted=0.1)
    ear.command_over()
    assert ear.take() == "8"
    assert ear.by_agi("8", 10.1) == "", "nobody has pressed it again"
    assert ear.by_agi("9", 10.3) == "9"
    ear.by_ami("9", command_listens=False, at=10.3)
    assert ear.take() == ""


def test_the_echo_of_a_key_that_was_dropped_is_dropped_too() -> None:
    ear = KeyEar()
    ear.by_ami("8", command_listens=True, at=10.0, lasted=0.1)
    ear.forget()
    assert ear.take() == ""
    assert ear.by_agi("8", 10.1) == ""


def test_a_key_that_is_held_long_has_a_late_echo() -> None:
    ear = KeyEar()
    ear.by_ami("8", command_listens=False, at=10.0, lasted=3.0)
    assert ear.take() == "8"
    assert ear.by_agi("8", 13.0) == ""


def test_the_same_key_pressed_again_is_no_echo() -> None:
    ear = KeyEar()
    ear.by_ami("8", command_listens=False, at=10.0, lasted=0.1)
    assert ear.take() == "8"
    assert ear.by_agi("8", 12.0) == "8"
    ear.by_ami("8", command_listens=False, at=12.0, lasted=0.1)
    assert ear.take() == ""


def test_the_same_key_pressed_at_once_is_not_lost_where_its_echo_was_due() -> None:
    ear = KeyEar()
    ear.by_ami("8", command_listens=False, at=10.0, lasted=0.1)
    ear.by_agi("8", 10.2)
    ear.by_ami("8", command_listens=False, at=10.2, lasted=0.1)
    assert [ear.take(), ear.take(), ear.take()] == ["8", "8", ""]


def test_what_ami_did_not_tell_of_does_not_double_later_keys() -> None:
    ear = KeyEar()
    assert [ear.by_agi("5"), ear.by_agi("6")] == ["5", "6"]
    ear.by_ami("6", command_listens=False)
    assert ear.by_agi("7") == "7"
    ear.by_ami("7", command_listens=False)
    assert ear.take() == ""


def test_a_caller_who_leans_on_the_keypad_takes_no_more_memory() -> None:
    ear = KeyEar()
    for _ in range(10_000):
        ear.by_ami("1", command_listens=False)
        ear.by_ami("2", command_listens=True)
    ear.command_over()
    count = 0
    while ear.take():
        count += 1
    assert count == MOST


@given(
    keys=st.text("0123456789*#", max_size=20),
    missed=st.sets(st.integers(0, 19)),
    again=st.sets(st.integers(0, 19)),
    late=st.booleans(),
)
def test_every_key_arrives_once_and_in_order(keys: str, missed: set[int], again: set[int], late: bool) -> None:
    """AMI tells of all keys, AGI of all but the missed ones, sooner or later than AMI: the caller's keys come out.

    Of some that it seems to miss AGI tells when they were taken already.
    """
    ear = KeyEar()
    out: list[str] = []
    for at, key in enumerate(keys):
        if at in missed:
            ear.by_ami(key, command_listens=False, at=at)
        elif at in again:
            ear.by_ami(key, command_listens=True, at=at, lasted=0.1)
            ear.command_over()
            _drain(ear, out)
            out.append(ear.by_agi(key, at + 0.1))
        elif late:
            ear.by_ami(key, command_listens=True, at=at)
            _drain(ear, out)
            out.append(ear.by_agi(key, at))
        else:
            _drain(ear, out)
            out.append(ear.by_agi(key, at))
            ear.by_ami(key, command_listens=False, at=at)
    ear.command_over()
    _drain(ear, out)
    assert "".join(out) == keys


def _drain(ear: KeyEar, out: list[str]) -> None:
    while key := ear.take():
        out.append(key)
