"""A fault is printed in full once, and again when it is another."""

from __future__ import annotations

from monitor.pipeline.faults import KnownFaults, signature_of


def caught(word: str, number: int = 0) -> Exception:
    try:
        if word == "divide":
            raise ZeroDivisionError(f"row {number}")
        raise LookupError(f"{word} {number}")
    except (LookupError, ZeroDivisionError) as error:
        return error


def test_the_same_fault_is_new_once_whatever_its_numbers() -> None:
    faults = KnownFaults()
    assert [faults.is_new("a", caught("divide", number)) for number in range(3)] == [True, False, False]


def test_a_fault_that_changes_is_new_each_time_it_does() -> None:
    faults = KnownFaults()
    said = [faults.is_new("a", caught(word)) for word in ("divide", "key", "key", "divide", "name")]
    assert said == [True, True, False, True, True]


def test_a_fault_that_many_feeds_share_is_new_for_the_first_of_them() -> None:
    faults = KnownFaults()
    assert [faults.is_new(feed, caught("divide")) for feed in "abc"] == [True, False, False]


def test_a_fault_is_new_again_after_a_poll_that_worked() -> None:
    faults = KnownFaults()
    faults.is_new("a", caught("divide"))
    faults.worked("a")
    assert faults.is_new("a", caught("divide"))


def test_an_error_that_was_never_raised_has_a_signature_too() -> None:
    assert signature_of(ValueError("x 12"))[0::3] == ("ValueError", "x 0")
