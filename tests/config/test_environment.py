"""`${…}`: from the environment, from `.env`, and what is said when it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.environment import Environment, parse_dotenv, read_environment


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=plain", "plain"),
        ("export A=plain", "plain"),
        ("  A = spaced out  ", "spaced out"),
        ("A=value # a comment", "value"),
        ("A=with#hash", "with#hash"),
        ('A="quoted # not a comment" # a comment', "quoted # not a comment"),
        ("A='single $x \\n'", "single $x \\n"),
        ('A="line\\nbreak \\" quote"', 'line\nbreak " quote'),
        ("A=", ""),
        ("A=رمز", "رمز"),
    ],
)
def test_lines_of_dotenv_are_read(line: str, value: str) -> None:
    assert parse_dotenv(f"# first\n\n{line}\n") == ({"A": value}, ())


@pytest.mark.parametrize("line", ["no equals sign", "1A=x", 'A="open', "=x"])
def test_a_bad_line_of_dotenv_is_a_fault_with_its_number(line: str) -> None:
    values, faults = parse_dotenv(f"B=1\n{line}\nC=2\n", "/x/.env")

    assert values == {"B": "1", "C": "2"}
    assert [(fault.path, fault.line) for fault in faults] == [("/x/.env", 2)]
    assert "x" not in faults[0].message.split()


def test_the_environment_wins_over_dotenv(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=file\nB=file\n", encoding="utf-8")

    found = read_environment(tmp_path, {"A": "process"})

    assert found.expand("${A} ${B}") == ("process file", ())


def test_an_unset_or_empty_name_is_reported() -> None:
    found = Environment({"EMPTY": ""})

    assert found.expand("x://${NONE}/${EMPTY}") == ("x:///", ("NONE", "EMPTY"))


def test_two_dollars_stand_for_the_text_itself() -> None:
    assert Environment({"A": "1"}).expand("$${A} ${A} $A") == ("${A} 1 $A", ())


def test_values_are_not_printed() -> None:
    assert "hidden" not in repr(Environment({"A": "hidden"}))


def test_a_dotenv_that_is_not_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xc7\xe1")

    assert [fault.path for fault in read_environment(tmp_path, {}).faults] == [str(tmp_path / ".env")]
