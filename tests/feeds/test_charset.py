from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from monitor.feeds.charset import to_utf8
from tests.support.feed_bodies import HEADLINE, item, rss

ARABIC = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىة ،؛", min_size=4, max_size=60)


def document(declared: str = "") -> str:
    return rss([item(number) for number in range(3)], declared=declared)


@pytest.mark.parametrize(
    ("encoded", "declared", "header", "expected"),
    [
        pytest.param("utf-8", "UTF-8", "", "utf-8", id="utf-8 as it says"),
        pytest.param("utf-8", "windows-1256", "", "utf-8", id="utf-8 labelled windows-1256"),
        pytest.param("utf-8", "", "text/xml; charset=iso-8859-1", "utf-8", id="utf-8 with a Latin header"),
        pytest.param("utf-8-sig", "", "", "utf-8", id="utf-8 with a byte order mark"),
        pytest.param("cp1256", "windows-1256", "", "windows-1256", id="windows-1256 as it says"),
        pytest.param("cp1256", "UTF-8", "", "windows-1256", id="windows-1256 labelled utf-8"),
        pytest.param("cp1256", "", "", "windows-1256", id="windows-1256 without a label"),
        pytest.param("cp1256", "iso-8859-1", "", "windows-1256", id="windows-1256 labelled Latin"),
        pytest.param("cp1256", "", "text/xml; charset=windows-1256", "windows-1256", id="windows-1256 by its header"),
        pytest.param("cp1256", "x-unknown", "", "windows-1256", id="windows-1256 with a label nobody knows"),
        pytest.param("iso-8859-6", "ISO-8859-6", "", "iso8859-6", id="iso-8859-6 as it says"),
        pytest.param("iso-8859-6", "windows-1256", "", "iso-8859-6", id="iso-8859-6 labelled windows-1256"),
        pytest.param("utf-16", "utf-16", "", "utf-16-le", id="utf-16 with a byte order mark"),
        pytest.param("utf-16-le", "utf-16", "", "utf-16-le", id="utf-16 little-endian without a mark"),
        pytest.param("utf-16-be", "", "", "utf-16-be", id="utf-16 big-endian without a mark"),
        pytest.param("utf-32", "", "", "utf-32-le", id="utf-32 with a byte order mark"),
    ],
)
def test_letters_come_out_right(encoded: str, declared: str, header: str, expected: str) -> None:
    decoded = to_utf8(document(declared).encode(encoded), content_type=header)
    assert decoded.charset == expected
    assert decoded.certain
    assert HEADLINE in decoded.data.decode("utf-8")


def test_unlabelled_iso_8859_6_is_told_from_windows_1256() -> None:
    text = "<rss><channel><title>" + "وزارة الصحة تعلن حصيلة جديدة في مدينة رفح جنوب القطاع" * 3
    decoded = to_utf8(text.encode("iso-8859-6"))
    assert decoded.charset == "iso-8859-6"
    assert "وزارة الصحة" in decoded.data.decode("utf-8")


def test_one_broken_byte_costs_one_letter() -> None:
    body = document("UTF-8").encode().replace("قافلة".encode(), b"\xd9\xd9" + "قافلة".encode(), 1)
    decoded = to_utf8(body)
    assert decoded.charset == "utf-8"
    assert HEADLINE in decoded.data.decode("utf-8")
    assert "broken" in decoded.notes[0]


def test_the_declaration_is_rewritten_and_moved_to_the_front() -> None:
    decoded = to_utf8(("\n\n" + document("windows-1256")).encode("cp1256"))
    assert decoded.data.startswith(b'<?xml version="1.0" encoding="utf-8"?>')


def test_the_users_charset_outranks_everything() -> None:
    assert to_utf8(document("UTF-8").encode("cp1256"), override="windows-1256").charset == "windows-1256"


def test_a_users_charset_that_cannot_be_is_reported_and_passed_over() -> None:
    decoded = to_utf8(document().encode("cp1256"), override="utf-8")
    assert decoded.charset == "windows-1256"
    assert "utf-8 as configured" in decoded.notes[0]


@pytest.mark.parametrize("name", ["rot13", "hex", "idna", "unicode_escape", "utf-7", "no-such", "\x00", "base64"])
def test_codecs_that_are_no_charsets_are_no_labels(name: str) -> None:
    assert to_utf8(document().encode("cp1256"), content_type=f"text/xml; charset={name}").charset == "windows-1256"


def test_bytes_that_fit_nothing_are_flagged() -> None:
    decoded = to_utf8(bytes(range(128, 256)) * 20)
    assert not decoded.certain
    decoded.data.decode("utf-8")


@settings(max_examples=150, deadline=None)
@given(text=ARABIC, charset=st.sampled_from(["utf-8", "cp1256", "utf-16"]))
def test_any_arabic_text_survives_in_any_charset_with_its_label(text: str, charset: str) -> None:
    body = rss(item(title=text), declared="windows-1256" if charset == "cp1256" else charset)
    assert text in to_utf8(body.encode(charset)).data.decode("utf-8")


@settings(max_examples=200, deadline=None)
@given(text=ARABIC)
@example(text="آ،آ،")
@example(text="،آ،آ،")
def test_the_label_windows_1256_is_believed_of_any_arabic_text(text: str) -> None:
    """However short, and whichever letters are missing: only a text that fits iso-8859-6 better is taken for that."""
    body = f'<?xml version="1.0" encoding="windows-1256"?><rss><title>{text}</title></rss>'.encode("cp1256")
    assume(not reads_as_utf8(body))  # "آ،" is the same bytes as "¡": nobody can tell where there is nothing else
    assert text in to_utf8(body).data.decode("utf-8")


def reads_as_utf8(body: bytes) -> bool:
    """Whether what is beyond ASCII is UTF-8, for the most part."""
    beyond = [sign for sign in body.decode("utf-8", "replace") if sign > "\x7f"]
    return beyond.count("\ufffd") <= len(beyond) / 2


@settings(max_examples=200, deadline=None)
@given(
    mark=st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"]),
    repeated=st.integers(0, 2),
    body=st.binary(max_size=300),
    header=st.text(max_size=30),
)
def test_any_bytes_become_valid_utf_8_without_a_mark(mark: bytes, repeated: int, body: bytes, header: str) -> None:
    assert not to_utf8(mark * repeated + body, content_type=header).data.decode("utf-8").startswith("\ufeff")
