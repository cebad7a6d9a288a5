# ruff: noqa: E501 - a case and its words stand on one line
"""Loading config.toml: what is accepted, and each class of fault with its line, its column and what to write.

Every step of a load is tried here through `load`: monitor.config.document, monitor.config.schema,
monitor.config.notations, monitor.config.substitution, monitor.config.faults, monitor.config.references,
monitor.config.rules, monitor.config.channels, monitor.config.build.
"""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.config.load import load, load_rules
from monitor.errors import ConfigError
from monitor.model import Severity
from monitor.settings import Config, QuietWindow, Rate, Secret
from tests.support.configs import SMALL, faults_of, load_text, said, write_config

FEED = '[[feeds]]\nname = "أ"\nurl = "https://a.example/rss"\n'
CHANNEL = '[[channels]]\nname = "desk"\nurl = "terminal://"\n'
RULE = '[[rules]]\nname = "rafah"\nany = ["رفح"]\n'
ALL = FEED + RULE + CHANNEL  # three lines each: 1-3, 4-6, 7-9

# name → (text, what is said, from its line and column on)
FAULTS: dict[str, tuple[str, str]] = {
    "unknown key at the top": ('languge = "ar"\n' + ALL, '1:1: unknown key "languge"; write "language"'),
    "unknown key, nothing near": (
        ALL + "[items]\ncolour = 1\n",
        '11:1: items: unknown key "colour"; remove it; known here: first_poll, max_age, keep',
    ),
    "unknown key of another program": (ALL + 'keywords = ["x"]\n', '10:1: channels[1] "desk": unknown key "keywords"'),
    "unknown table": ("[pooling]\n" + ALL, '1:1: unknown key "pooling"; write "polling"'),
    "key of another table": ('every = "5m"\n' + ALL, '1:1: unknown key "every"; it belongs below [polling]'),
    "key below the wrong header": (
        '[polling]\ntimezone = "Asia/Gaza"\n' + ALL,
        '2:1: polling: unknown key "timezone"; "timezone" belongs at the top of the file, above the first [table]',
    ),
    "wrong language": ('language = "arabic"\n' + ALL, '1:12: language: "arabic" is not one of ar, en; write "ar" or "en"'),
    "unknown zone": ('timezone = "Gaza"\n' + ALL, '1:12: timezone: "Gaza" is not a known time zone; write "Asia/Gaza"'),
    "bare number": (
        "[polling]\nevery = 5\n" + ALL,
        '2:9: polling: every: the bare number 5 is not a duration; write it with its unit, e.g. "5m"',
    ),
    "bare size": ("[polling]\nmax_body = 5\n" + ALL, '2:12: polling: max_body: the bare number 5 is not a size'),
    "text for a number": ('[polling]\nper_host = "2"\n' + ALL, '2:12: polling: per_host: "2" is not a whole number'),
    "text for a flag": (
        '[stories]\nenabled = "yes"\n' + ALL,
        '2:11: stories: enabled: "yes" is not true or false; write true or false, without quotes',
    ),
    "number too small": ("[polling]\nconcurrency = 0\n" + ALL, "2:15: polling: concurrency: 0 is too small; write 1 or more"),
    "number too large": ("[polling]\nper_host = 999\n" + ALL, "2:12: polling: per_host: 999 is too large; write 50 or less"),
    "min above max": ('[polling]\nmin = "2h"\n' + ALL, "2:7: polling: min (2h) is longer than max (1h)"),
    "every outside": (
        '[polling]\nevery = "2h"\n' + ALL,
        '2:9: polling: every (2h) lies outside min and max; write a time from "1m" (min) to "1h" (max)',
    ),
    "feed's every outside": (
        FEED + 'every = "1s"\n' + RULE + CHANNEL,
        '4:9: feeds[1] "أ": every (1s) lies outside polling\'s min and max; write a time from "1m" to "1h"',
    ),
    "wrong choice": (
        '[items]\nfirst_poll = "silnt"\n' + ALL,
        '2:14: items: first_poll: "silnt" is not one of silent, newest, all; write "silent"',
    ),
    "corroborated by one": ("[stories]\ncorroborated_at = 1\n" + ALL, "2:19: stories: corroborated_at: 1 is too small"),
    "wrong heartbeat": ('heartbeat = "hourly"\n' + ALL, '1:13: heartbeat: "hourly" is not a time for the heartbeat'),
    "one table for a list": (
        '[feeds]\nname = "a"\n' + CHANNEL,
        "1:1: feeds: this is one table, not a list of tables; write [[feeds]], in double brackets",
    ),
    "missing name": ('[[feeds]]\nurl = "https://a.example/"\n' + CHANNEL, "1:1: feeds[1]: name is missing; add name ="),
    "missing url": ('[[channels]]\nname = "desk"\n', '1:1: channels[1] "desk": url is missing; add url = "terminal://"'),
    "number for a text": (
        "[[feeds]]\nname = 24\nurl = 'https://a.example/'\n",
        '2:8: feeds[1]: name: this is not a text; write it in quotes',
    ),
    "name with a space": (
        '[[feeds]]\nname = "أ "\nurl = "https://a.example/"\n',
        '2:8: feeds[1] "أ ": name: the name begins or ends with a space; write "أ"',
    ),
    "name like a tag": (
        '[[feeds]]\nname = "#أ"\nurl = "https://a.example/"\n',
        '2:8: feeds[1] "#أ": name: a name cannot begin with "#"',
    ),
    "same name twice": (ALL + FEED, '11:8: feeds[2] "أ": name: "أ" is already the name of feeds[1] (line 2)'),
    "address without scheme": (
        '[[feeds]]\nname = "أ"\nurl = "a.example/rss"\n',
        '3:7: feeds[1] "أ": url: the address lacks its beginning; write it whole',
    ),
    "address of another kind": (
        '[[feeds]]\nname = "أ"\nurl = "ftp://a.example/rss"\n',
        '3:7: feeds[1] "أ": url: a feed\'s address begins with http:// or https://',
    ),
    "address with a space": (
        '[[feeds]]\nname = "أ"\nurl = "https://a.example/r ss"\n',
        '3:7: feeds[1] "أ": url: the address holds a space or a line break',
    ),
    "address without host": (
        '[[feeds]]\nname = "أ"\nurl = "https:///rss"\n',
        '3:7: feeds[1] "أ": url: the address names no host',
    ),
    "address that is none": (
        '[[feeds]]\nname = "أ"\nurl = "https://[::1/rss"\n',
        '3:7: feeds[1] "أ": url: this is not an address',
    ),
    "password in a feed's address": (
        '[[feeds]]\nname = "أ"\nurl = "https://me:pw@a.example/rss"\n',
        '3:7: feeds[1] "أ": url: a password does not belong in a feed\'s address',
    ),
    "tag with its mark": (
        FEED + 'tags = ["a", "#general"]\n',
        '4:14: feeds[1] "أ": tags[2]: "#general": a feed\'s tag is written without "#"; write "general"',
    ),
    "tag of two words": (FEED + 'tags = ["a b"]\n', '4:9: feeds[1] "أ": tags[1]: a tag is one word'),
    "text for a list": (FEED + 'tags = "a"\n', '4:8: feeds[1] "أ": tags: "a" is not a list; write ["a"]'),
    "unknown encoding": (FEED + 'encoding = "cp-12560"\n', '4:12: feeds[1] "أ": encoding: "cp-12560" is not a known encoding'),
    "header of ours": (
        FEED + 'headers = { Host = "x" }\n',
        '4:11: feeds[1] "أ": headers: header "Host" is set by the program itself; remove it',
    ),
    "header with a line break": (
        FEED + 'headers = { X-A = "a\\nb" }\n',
        '4:11: feeds[1] "أ": headers: header "X-A" is not one line of plain text',
    ),
    "name that is no header": (FEED + 'headers = { "a b" = "x" }\n', '"a b" cannot be the name of a header'),
    "headers as a text": (FEED + 'headers = "X: y"\n', '4:11: feeds[1] "أ": headers: headers are a table of texts'),
    "proxy of another kind": (FEED + 'proxy = "ssh://h"\n', '4:9: feeds[1] "أ": proxy: this kind of proxy is not known'),
    "user agent in Arabic": (FEED + 'user_agent = "راصد"\n', '4:14: feeds[1] "أ": user_agent: a user agent is made of plain'),
    "rule without terms": (
        '[[rules]]\nname = "rafah"\nlabel = "رفح"\n',
        '1:1: rules[1] "rafah": this rule has no terms; add any = ["…"]',
    ),
    "rule with only none": (
        '[[rules]]\nname = "rafah"\nnone = ["رفح"]\n',
        '3:1: rules[1] "rafah": none alone finds nothing; add any = ["…"]',
    ),
    "query beside lists": (RULE + 'query = "رفح"\n', '4:1: rules[1] "rafah": query stands beside any; write everything'),
    "term as a text": ('[[rules]]\nname = "a"\nany = "رفح"\n', '3:7: rules[1] "a": any: "رفح" is not a list; write ["رفح"]'),
    "empty term": ('[[rules]]\nname = "a"\nany = ["رفح", ""]\n', '3:16: rules[1] "a": any[2]: an empty term'),
    "only signs": ('[[rules]]\nname = "a"\nany = ["؟!"]\n', '3:9: rules[1] "a": any[1]: no word in'),
    "unknown feed": (
        '[[feeds]]\nname = "الجزيرة"\nurl = "https://a.example/"\n' + RULE + 'feeds = ["الجزيره"]\n',
        '7:10: rules[1] "rafah": feeds: no feed is named "الجزيره"; write "الجزيرة"',
    ),
    "unknown tag": (
        FEED + 'tags = ["general"]\n' + RULE + 'feeds = ["أ", "#generel"]\n',
        '8:15: rules[1] "rafah": feeds: no feed has the tag "#generel"; write "#general"',
    ),
    "tag without its mark": (
        FEED + 'tags = ["general"]\n' + RULE + 'feeds = ["general"]\n',
        '8:10: rules[1] "rafah": feeds: no feed is named "general"; write "#general" for the tag',
    ),
    "unknown channel": (
        FEED + RULE + 'channels = ["dsk"]\n' + CHANNEL,
        '7:13: rules[1] "rafah": channels: no channel is named "dsk"; write "desk"',
    ),
    "unknown severity": (RULE + 'severity = "Urgent"\n', '4:12: rules[1] "rafah": severity: "Urgent" is not one of'),
    "fallback that is not there": (CHANNEL + 'fallback = "mail"\n', '4:12: channels[1] "desk": fallback: no channel is named'),
    "fallback to itself": (CHANNEL + 'fallback = "desk"\n', '4:12: channels[1] "desk": fallback: a channel cannot take over'),
    "unknown service": (
        '[[channels]]\nname = "desk"\nurl = "tgrm://token/1"\n',
        '3:7: channels[1] "desk": url: "tgrm://" is no known service; write "tgram://…"',
    ),
    "web address as a channel": (
        '[[channels]]\nname = "desk"\nurl = "https://hook.example/x"\n',
        '3:7: channels[1] "desk": url: https:// names no service; write "jsons://…" for a webhook',
    ),
    "channel without address": (
        '[[channels]]\nname = "desk"\nurl = "tgram://"\n',
        '3:7: channels[1] "desk": url: nothing follows "tgram://"; write the whole address',
    ),
    "channel address that is none": (
        '[[channels]]\nname = "desk"\nurl = "me@mail.example"\n',
        '3:7: channels[1] "desk": url: this is not the address of a channel',
    ),
    "unset name": (
        '[[channels]]\nname = "desk"\nurl = "tgram://${TOKEN}/1"\n',
        '3:7: channels[1] "desk": ${TOKEN} is not set; write TOKEN=… into',
    ),
    "name that cannot be one": (
        '[[channels]]\nname = "desk"\nurl = "tgram://${MY TOKEN}/1"\n',
        '3:7: channels[1] "desk": ${MY TOKEN} cannot name a variable',
    ),
    "placeholder where none is read": (
        'state = "${HOME}/state"\n' + ALL,
        "1:9: ${…} is not filled in here; write the value itself",
    ),
    "wrong hour": (
        CHANNEL + 'quiet = { from = "25:00", to = "07:00" }\n',
        '4:18: channels[1] "desk" quiet: from: "25:00" is not a time of day; write hours and minutes',
    ),
    "quiet without end": (CHANNEL + 'quiet = { from = "23:00" }\n', '4:1: channels[1] "desk" quiet: to is missing'),
    "unknown key in quiet": (
        CHANNEL + 'quiet = [{ from = "23:00", to = "7:00", day = ["fri"] }]\n',
        '4:41: channels[1] "desk" quiet: unknown key "day"; write "days"',
    ),
    "unknown day": (
        CHANNEL + 'quiet = [{ from = "23:00", to = "7:00", days = ["sun-thr"] }]\n',
        '4:49: channels[1] "desk" quiet: days[1]: "sun-thr" is not a day of the week',
    ),
    "quiet as a text": (CHANNEL + 'quiet = "23:00-07:00"\n', '4:9: channels[1] "desk": quiet: "23:00-07:00" is not a table'),
    "wrong digest": (CHANNEL + 'digest = "0 8 * *"\n', '4:10: channels[1] "desk": digest: \'0 8 * *\' is not a cron expression'),
    "wrong rate": (
        CHANNEL + 'rate = "20"\n',
        '4:8: channels[1] "desk": rate: the bare number "20" is not a rate; write it with its unit, e.g. "20/m"',
    ),
    "template that fails": (
        CHANNEL + 'template = "{{ colour }}"\n',
        '4:12: channels[1] "desk": the template fails on a sample alert',
    ),
    "template that cannot be read": (
        CHANNEL + 'template = """\nfirst\n{{ label\n"""\n',
        '6:1: channels[1] "desk": the template cannot be read',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_its_place_and_what_to_write(tmp_path: Path, text: str, expected: str) -> None:
    errors = [said(fault) for fault in faults_of(tmp_path, text) if fault.severity == "error"]

    assert len(errors) == 1, errors
    assert expected in errors[0]


def test_every_fault_of_a_file_is_told_at_once_in_its_order(tmp_path: Path) -> None:
    text = SMALL.replace("https://outlet", "ftp://outlet").replace('"رفح"]', '"رفح", ""]\ncolour = 1')
    text += 'fallback = "mial"\nurl2 = "x"\n'

    errors = [fault for fault in faults_of(tmp_path, text) if fault.severity == "error"]

    assert [(fault.line, fault.column) for fault in errors] == [(5, 7), (10, 16), (11, 1), (16, 12), (17, 1)]


def test_a_fault_in_one_rule_does_not_hide_another_rules(tmp_path: Path) -> None:
    text = '[[rules]]\nname = 1\nany = ["رفح"]\n[[rules]]\nname = "b"\nany = ["؟"]\n'

    assert {fault.line for fault in faults_of(tmp_path, text) if fault.severity == "error"} == {2, 6}


SYNTAX: dict[str, tuple[bytes, str]] = {
    "Arabic comma": ("a = [1، 2]".encode(), "1:7: this is not TOML: unclosed array; that is an Arabic comma"),
    "curly quotes": ("a = “x”".encode(), "1:5: this is not TOML: invalid value; that is a curly quote"),
    "open text": (b'a = "x\nb = 1', "1:7: this is not TOML"),
    "bare word": (b"a = x", '1:5: this is not TOML: invalid value; texts need quotes: write "'),
    "open list": (b'a = [\n  "x",\n', "the file ends too early: close the list"),
    "one bracket": (b"[[feeds]\nname = 1", "1:8: this is not TOML: expected ']]'"),
    "key twice": (b"a = 1\na = 2", "this key stands here twice; keep one"),
    "table twice": (b"[a]\n[a]", "2:3: this is not TOML: cannot declare [a] twice"),
    "Arabic key": ("اسم = 1".encode(), "1:1: this is not TOML"),
    "backslash": (b'a = "C:\\dir"', "write \\\\ for a backslash"),
    "Windows-1256": (b'a = 1\nb = "\xc7\xe1"', "2:6: the file is not UTF-8; save it as UTF-8"),
    "too deep": (b"a = " + b"[" * 5000, "nested too deeply"),
}


@pytest.mark.parametrize(("content", "expected"), SYNTAX.values(), ids=SYNTAX)
def test_what_is_no_toml_is_told_with_its_place_and_a_hint(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        load(path, environment={})

    assert expected in str(caught.value).replace(f"{path}:", "")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path / "none.toml", environment={})
    with pytest.raises(ConfigError, match="cannot be read: is a directory"):
        load(tmp_path, environment={})


def test_a_mark_at_the_begin_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())

    assert [rule.name for rule in load(path, environment={}).config.rules] == ["rafah"]


EVERYTHING = """\
language = "en"
timezone = "Africa/Cairo"
state = "data/state"
heartbeat = "daily 9:00"

[polling]
every = "2m"
min = "30s"
max = "2h"
concurrency = 10
per_host = 1
timeout = "10s"
max_body = "500KB"
user_agent = "desk/1 (+https://desk.example)"
second_user_agent = "desk/2"
allow_private_addresses = true

[items]
first_poll = "newest"
max_age = "off"
keep = "30d"

[stories]
enabled = false
window = "1d"
updates = "notice"
corroborated_at = 3

[[feeds]]
name = "الجزيرة"
url = "https://outlet.example/rss"
tags = ["general"]
every = "1m"
encoding = "windows-1256"
timezone = "Asia/Riyadh"
headers = { Authorization = "Bearer ${KEY}" }
proxy = "socks5://${PROXY}"
user_agent = "own"
verify_tls = false

[[rules]]
name = "rafah"
label = "رفح"
all = ["رفح"]
none = ["مباراة"]
feeds = ["#general", "الجزيرة"]
severity = "urgent"
channels = ["desk"]
widen = true

[[channels]]
name = "desk"
url = "tgram://${TOKEN}/${CHAT}"
min_severity = "normal"
quiet = { from = "23:00", to = "07:00", days = ["sun-thu", "fri"], timezone = "Asia/Gaza", let_through = "nothing" }
digest = "0  8,20 * * *"
rate = "20/m"
fallback = "mail"
language = "ar"
template = "{{ label }}: {{ headline }}"
notices = true

[[channels]]
name = "mail"
url = "mailto://${TOKEN}"
quiet = [{ from = "1:00", to = "2:00" }, { from = 12:00:00, to = 13:00:00, let_through = "low" }]
"""


@pytest.fixture
def everything(tmp_path: Path) -> Config:
    names = {"KEY": "k", "PROXY": "h:1", "TOKEN": "tk", "CHAT": "7"}
    return load_text(tmp_path, EVERYTHING, names).config


def test_every_key_arrives_as_a_plain_value(everything: Config, tmp_path: Path) -> None:
    assert (everything.language, everything.timezone, everything.heartbeat) == ("en", "Africa/Cairo", "daily 09:00")
    assert everything.path == tmp_path / "config.toml"
    assert everything.state == tmp_path / "data/state"
    assert everything.polling.max_body == 500_000
    assert everything.polling.every == timedelta(minutes=2)
    assert everything.items.max_age is None
    assert everything.items.keep == timedelta(days=30)
    assert (everything.stories.enabled, everything.stories.corroborated_at) == (False, 3)


def test_a_feeds_secrets_are_secrets(everything: Config) -> None:
    feed = everything.feeds[0]

    assert feed.headers == {"Authorization": Secret("Bearer k")}
    assert feed.proxy == Secret("socks5://h:1")
    assert (feed.encoding, feed.timezone, feed.verify_tls) == ("cp1256", "Asia/Riyadh", False)
    assert "Bearer" not in repr(everything)
    assert "tk" not in repr(everything.channels)


def test_a_rule_and_its_channel_arrive(everything: Config) -> None:
    rule, (desk, mail) = everything.rules[0], everything.channels

    assert (rule.all, rule.none, rule.severity, rule.widen) == (("رفح",), ("مباراة",), Severity.URGENT, True)
    assert desk.url.reveal() == "tgram://tk/7"
    assert desk.rate == Rate(count=20, per=timedelta(minutes=1))
    assert desk.digest == "0 8,20 * * *"
    assert desk.quiet == (
        QuietWindow(from_=time(23), to=time(7), days=(0, 1, 2, 3, 4, 6), timezone="Asia/Gaza", let_through=None),
    )
    assert [window.let_through for window in mail.quiet] == [Severity.URGENT, Severity.LOW]


def test_an_empty_file_is_the_defaults_with_warnings(tmp_path: Path) -> None:
    loaded = load_text(tmp_path, "")

    defaults = Config(path=tmp_path / "config.toml", state=tmp_path / "state")
    assert loaded.config == defaults
    assert [fault.severity for fault in loaded.warnings] == ["warning"] * 3


def test_the_default_interval_follows_a_higher_min(tmp_path: Path) -> None:
    config = load_text(tmp_path, '[polling]\nmin = "10m"\n' + ALL).config

    assert config.polling.every == timedelta(minutes=10)


def test_an_absolute_state_folder_stays(tmp_path: Path) -> None:
    assert load_text(tmp_path, 'state = "/var/lib/news"\n' + ALL).config.state == Path("/var/lib/news")


def test_names_come_from_dotenv_beside_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("TOKEN=from-file\n", encoding="utf-8")
    dotenv.chmod(0o600)
    loaded = load_text(tmp_path, FEED + RULE + '[[channels]]\nname = "a"\nurl = "tgram://${TOKEN}/1"\n')

    assert loaded.config.channels[0].url.reveal() == "tgram://from-file/1"
    assert loaded.warnings == ()


def test_a_secret_is_never_part_of_a_fault(tmp_path: Path) -> None:
    text = (
        '[[channels]]\nname = "a"\nurl = "hidden1-without-scheme"\n[[channels]]\nname = "b"\nurl = "tgrm://hidden2/${NO}"\n'
        + FEED
        + 'headers = { "a b" = "hidden3" }\nproxy = "hidden4://hidden5"\n'
    )

    words = " ".join(str(fault) for fault in faults_of(tmp_path, text))

    assert "hidden" not in words.replace("hidden4:", "")


def test_rules_of_a_file_can_be_read_alone(tmp_path: Path) -> None:
    path = write_config(tmp_path, RULE)

    assert [rule.any for rule in load_rules(path)] == [("رفح",)]


def test_faults_of_rules_read_alone_have_their_places(tmp_path: Path) -> None:
    path = write_config(tmp_path, '[[rules]]\nname = "a"\nany = [""]\ncolour = 1\n')

    with pytest.raises(ConfigError) as caught:
        load_rules(path)

    assert [(fault.line, fault.column) for fault in caught.value.faults] == [(3, 9), (4, 1)]


@pytest.mark.parametrize(
    ("language", "message"), [("en", "query: the query ends with an operator"), ("ar", "query: ينتهي الاستعلام بعامل")]
)
def test_faults_of_rules_are_told_in_the_language_of_the_configuration(
    tmp_path: Path, language: str, message: str
) -> None:
    text = f'language = "{language}"\n{FEED}[[rules]]\nname = "r"\nquery = "رفح AND"\n{CHANNEL}'
    (fault,) = faults_of(tmp_path, text)
    assert fault.message == message
    assert (fault.line, fault.column) == (7, 17)
