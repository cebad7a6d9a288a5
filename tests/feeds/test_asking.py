"""Addresses read once and by one parser; headers and validators as they may be sent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.asking import (
    BadAddressError,
    kept_validators,
    origin_of,
    read_address,
    request_headers,
    without_credentials,
)
from monitor.model import Validators
from monitor.settings import Feed, Secret

BASE = read_address("https://paper.example/dir/feed?x=1")
FEED = Feed(name="outlet", url=str(BASE), headers={"authorization": Secret("own"), "User-Agent": Secret("desk/1")})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (" https://paper.example/feed#part ", "https://paper.example/feed"),
        ("HTTP://Paper.example/A", "http://Paper.example/A"),
        ("https://صحيفة.example/خبر", "https://xn--ogbhx3c3b.example/%D8%AE%D8%A8%D8%B1"),
        ("https://paper.example/a?q=%D8%A7+b&c=%2F", "https://paper.example/a?q=%D8%A7+b&c=%2F"),
    ],
)
def test_an_address_is_kept_as_written_where_it_can_be(text: str, read: str) -> None:
    assert str(read_address(text)) == read


def test_an_arabic_host_is_asked_by_its_ascii_name() -> None:
    assert (read_address("https://صحيفة.example/").raw_host or "").startswith("xn--")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://h/", "//", "/"]))
def test_any_text_is_an_address_or_refused(text: str, start: str) -> None:
    for base in (None, BASE):
        try:
            found = read_address(start + text, base)
        except BadAddressError:
            continue
        assert found.scheme in ("http", "https")
        assert found.raw_host
        assert not found.raw_fragment


@pytest.mark.parametrize(
    "address",
    [
        "ftp://user:hidden@paper.example/",
        "http://user:hidden@paper.example:99999/",
        "http://user:a@hidden@paper.example:x/",
        "http://user:a/hidden@paper.example/",
        "http:/user:hidden@paper.example/",
        "http://user:hidden@[::1/",
    ],
)
def test_a_password_is_not_repeated_in_the_reason(address: str) -> None:
    with pytest.raises(BadAddressError) as caught:
        read_address(address)
    assert "hidden" not in str(caught.value)


def test_credentials_come_off_and_origins_compare() -> None:
    url = read_address("https://u:p@Paper.example/x")
    assert str(without_credentials(url)) == "https://Paper.example/x"
    assert origin_of(url) == origin_of(BASE) == ("https", "paper.example", 443)
    assert origin_of(read_address("http://paper.example/")) != origin_of(BASE)


def test_own_headers_replace_ours_whatever_their_case() -> None:
    home = read_address("https://u:p@paper.example/")
    headers = request_headers(FEED, Validators(etag="e"), "ours/1", at_home=True, home=home)
    assert headers["User-Agent"] == "desk/1"
    assert [value for name, value in headers.items() if name.lower() == "authorization"] == ["own"]
    abroad = request_headers(FEED, Validators(), "ours/1", at_home=False, home=home)
    assert "authorization" not in {name.lower() for name in abroad}
    assert abroad["User-Agent"] == "desk/1"


@pytest.mark.parametrize(
    ("etag", "kept"),
    [('W/"1"', True), ('"قديم"', True), ("unquoted", True), ("", False), ("\udcff", False), ("a" * 2001, False)],
)
def test_validators_are_kept_where_they_can_be_sent_back(etag: str, kept: bool) -> None:
    assert kept_validators({"etag": etag}).etag == (etag if kept else None)
