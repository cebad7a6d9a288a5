"""Faults of a file that asks for Arabic are told in Arabic, every one of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import monitor.config
from monitor.config.arabic import arabic, language_of, language_of_text, spoken
from monitor.config.load import load
from monitor.errors import ConfigError, Fault

HERE = Path(monitor.config.__file__).parent
ALERTS = HERE.parent / "alerts"
SOURCES = [*sorted(HERE.glob("*.py")), ALERTS / "address.py", ALERTS / "cron.py", ALERTS / "compose" / "template.py"]
SPEAKERS = {"NotationError", "Fault", "fault", "_fault", "_warning"}
SOURCES = [path for path in SOURCES if path.name != "edit.py"]  # what it says is of an edit, not of a file
# Put together from parts that are sentences of the list.
ASSEMBLED = (
    "write it whole, 5",
    '5[5]: "5" is always cancelled by none "5"',
    "write 5=… into 5, or set it in the environment5",
)


def sentences(tree: ast.AST) -> Iterator[str]:
    """Every text that is given to something which reports a fault, or named `message` or `hint`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SPEAKERS:
                given = [*node.args, *(word.value for word in node.keywords if word.arg in ("message", "hint"))]
                yield from (text for argument in given for text in texts(argument))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Tuple):
            names = {name.id for name in ast.walk(node.targets[0]) if isinstance(name, ast.Name)}
            if names & {"message", "hint"}:
                yield from texts(node.value)


def texts(node: ast.AST) -> Iterator[str]:
    """The texts an expression may be, each blank filled with something that could stand there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "5" for part in node.values)  # type: ignore[misc]
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif isinstance(node, ast.Tuple):
        for element in node.elts:
            yield from texts(element)


def is_sentence(text: str) -> bool:
    return " " in text and re.search("[a-z]{2} [a-z]{2}", text) is not None


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_sentence_of_the_source_has_its_arabic(source: Path) -> None:
    said = dict.fromkeys(filter(is_sentence, sentences(ast.parse(source.read_text("utf-8")))))
    assert [text for text in said if text not in ASSEMBLED and arabic(text) is None] == []


FAULTY = """\
language = "ar"
timezone = "Asia/Gazza"
langage = "en"
heartbeat = "daily 9"
[polling]
min = 5
max = "1m"
concurrency = 0
[items]
first_poll = "silnt"
keep = 5
[stories]
window = "72"
enabled = "yes"
[[feeds]]
name = "الجزيرة"
url = "jisr.example/rss"
tag = ["news"]
[[feeds]]
name = "الجزيرة"
url = "https://jisr.example/rss"
encoding = "utf8-x"
headers = { "User-Agent" = "x" }
[[rules]]
name = "rafah"
any = ["رفح", ""]
feeds = ["#genral", "الجزيره"]
channels = ["dsk"]
severity = "high"
[[rules]]
label = "بلا اسم"
[[rules]]
name = "q"
query = "رفح AND (معبر"
any = ["x"]
[[channels]]
name = "desk"
url = "tgrm://x"
quiet = { from = "23:00", to = "25:00" }
digest = "0 8,20 * *"
rate = "20"
fallback = "desk"
[[channels]]
name = "mail"
url = "mailtos://u:${NOPE}@x.example"
"""


def faults_of(text: str, folder: Path) -> tuple[Fault, ...]:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    try:
        return load(path, environment={}).warnings
    except ConfigError as error:
        return error.faults


def english_words(fault: Fault) -> list[str]:
    """Latin words that are neither quoted nor names of keys, values and notations."""
    bare = re.sub(r'"[^"]*"|\'[^\']*\'|\[[^\]]*\]|\S*[/$={}_:]\S*', " ", f"{fault.message} {fault.hint}")
    return [word for word in re.findall(r"[A-Za-z]{2,}", bare) if word in _ENGLISH]


_ENGLISH = {
    "the",
    "is",
    "not",
    "an",
    "of",
    "to",
    "write",
    "it",
    "and",
    "or",
    "there",
    "no",
    "this",
    "in",
    "for",
    "with",
    "below",
}


def test_every_fault_is_told_in_arabic(tmp_path: Path) -> None:
    faults = faults_of(FAULTY, tmp_path)
    assert len(faults) >= 26
    assert [(str(fault), words) for fault in faults if (words := english_words(fault))] == []
    assert all(re.search("[\u0621-\u064a]", fault.message) for fault in faults)


def test_file_that_asks_for_no_arabic_is_answered_in_english(tmp_path: Path) -> None:
    faults = faults_of(FAULTY.replace('language = "ar"', 'language = "en"'), tmp_path)
    assert str(faults[0]).endswith('timezone: "Asia/Gazza" is not a known time zone; write "Asia/Gaza"')


def test_warnings_are_told_in_arabic(tmp_path: Path) -> None:
    text = (
        'language = "ar"\n[[feeds]]\nname = "a"\nurl = "https://a.example/rss"\n'
        '[[feeds]]\nname = "b"\nurl = "http://www.a.example/rss/"\n[[rules]]\nname = "r"\nany = ["رفح المصرية", "حق"]\n'
        'none = ["رفح"]\n[[channels]]\nname = "desk"\nurl = "terminal://"\nmin_severity = "urgent"\n'
        'quiet = { from = "23:00", to = "09:00" }\ndigest = "0 8 * * *"\n'
    )
    warnings = faults_of(text, tmp_path)
    assert len(warnings) == 5
    assert [words for warning in warnings if (words := english_words(warning))] == []


def test_file_that_is_no_toml_is_told_in_its_language(tmp_path: Path) -> None:
    (fault,) = faults_of('language = "ar"\n[polling]\nevery = "5m\n', tmp_path)
    assert fault.message.startswith("هذا ليس TOML صحيحا: ")
    assert fault.hint == "أغلق النص بالعلامة التي فتحته، في السطر نفسه"
    (comma,) = faults_of('language = "ar"\n[[rules]]\nname = "r"\nany = ["رفح"، "غزة"]\n', tmp_path)
    assert comma.hint == 'هذه فاصلة عربية؛ اكتب بين القيم ","'


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ('write "a" or "b"', 'اكتب "a" أو "b"'),
        ('any[2]: "x" is not a list', 'any[2]: "x" ليس قائمة'),
        ("every: the bare number 5 is not a duration", "every: الرقم 5 وحده لا يصلح مدة"),
        ("this is not a list", "هذه القيمة ليست قائمة"),
        ("something quite new", None),
    ],
)
def test_sentence_is_found_by_its_english(english: str, expected: str | None) -> None:
    assert arabic(english) == expected


def test_language_is_read_even_where_the_file_cannot_be() -> None:
    assert language_of({"language": "ar"}) == "ar"
    assert language_of({"language": 5}) == "en"
    assert language_of_text('# language = "en"\nlanguage = "ar"\n[[') == "ar"
    assert language_of_text("[[") == "en"


def test_sentence_without_a_translation_stays() -> None:
    fault = Fault(message="something quite new", hint="")
    assert spoken([fault], "ar") == [fault]
