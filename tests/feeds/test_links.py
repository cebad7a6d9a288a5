from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.links import absolute_link, canonical_link, is_generic, site_of

STORY = "https://news.example.org/story/42"


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example.org/story/42",
        "HTTPS://WWW.News.Example.org:443/story/42/",
        "https://m.news.example.org/story/42",
        "https://amp.news.example.org/story/42/amp/",
        "https://news.example.org//story/42#comments",
        "https://news.example.org/story/42?utm_source=rss&utm_medium=feed&fbclid=abc",
        "https://news.example.org/story/42?traffic_source=rss",
        "https://news.example.org/story/42?maca=ara-rss-ar-all-1&xtor=RSS-1",
        "https://news.example.org/story/42?at_medium=RSS&amp;at_campaign=rss",
        "https://news.example.org/story/42;jsessionid=ABC123",
        "https://user:secret@news.example.org/story/42",
        "  https://news.example.org/story/42\n",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fnews.example.org%2Fstory%2F42",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example.org%2Fstory%2F42%3Futm_source%3Dfb",
        "https://news.example.org/story/42/index.html",
    ],
)
def test_ways_to_one_article_are_one_link(url: str) -> None:
    assert canonical_link(url) == STORY


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://a.example/?p=1", "https://a.example/?p=2"),
        ("https://a.example/story/1", "https://a.example/story/2"),
        ("https://a.example/Story", "https://a.example/story"),
        ("https://a.example:8080/1", "https://a.example/1"),
        ("https://a.example/#!/1", "https://a.example/#!/2"),
        ("https://ar.a.example/1", "https://en.a.example/1"),
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
    ],
)
def test_different_articles_stay_different(first: str, second: str) -> None:
    assert canonical_link(first) != canonical_link(second)


def test_letters_and_their_escapes_are_one() -> None:
    escaped = "https://a.example/%D8%AE%D8%A8%D8%B1-%d8%b9%d8%a7%d8%ac%d9%84"
    assert canonical_link("https://a.example/خبر-عاجل") == canonical_link(escaped)
    assert canonical_link("https://موقع.example/1") == canonical_link("https://xn--4gbrim.example/1")


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (
            "https://www.a.example/%D8%BA%D8%B2%D8%A9-1/?id=5&utm_source=rss",
            "https://a.example/%D8%BA%D8%B2%D8%A9-1?id=5",
        ),
        ("https://a.example/%d8%ba?b=2&a=1", "https://a.example/%D8%BA?a=1&b=2"),
        ("https://a.example/e%CC%81", "https://a.example/%C3%A9"),
        ("https://a.example/%D8", "https://a.example/%D8"),
        ("https://a.example/%41bc?utm_medium=x", "https://a.example/Abc"),
        ("https://a.example/x?a=%20", "https://a.example/x?a=%20"),
    ],
)
def test_common_and_rare_addresses_are_spelled_by_one_rule(url: str, canonical: str) -> None:
    assert canonical_link(url) == canonical


def test_the_order_of_parameters_makes_no_difference() -> None:
    assert canonical_link("https://a.example/?b=2&a=1") == canonical_link("https://a.example/?a=1&b=2")


@pytest.mark.parametrize(
    "text", ["urn:uuid:1", "not a url", "", "tag:a,2026:1", "mailto:a@b", "https://", "http://[::1"]
)
def test_what_is_no_address_comes_back(text: str) -> None:
    assert canonical_link(text) == text.replace(" ", "")


QUERY = [
    "&",
    "&amp;",
    "amp;",
    "a=1",
    "b",
    "=",
    "utm_source=x",
    "fbclid",
    "%2",
    "%26",
    "%D8%AE",
    "خ",
    "+",
    ";",
    " ",
    "?",
]
URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["www.a.example", "m.a.example:80", "a.com.sa", "موقع.مصر", "user@a.example", "[::1]:81", "m.m.x"]),
    st.text(alphabet="/%2Fa0;=&+. ampخبر\\", max_size=20).map(lambda text: "/" + text),
    st.one_of(
        st.just(""),
        st.text(alphabet="abutm_=&;%2+خ", max_size=20).map(lambda text: "?" + text),
        st.lists(st.sampled_from(QUERY), max_size=8).map(lambda parts: "?" + "".join(parts)),
    ),
    st.one_of(st.just(""), st.text(alphabet="a!/%خ ", max_size=8).map(lambda text: "#" + text)),
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(URLS, st.text(max_size=60)))
def test_canonical_links_are_canonical(url: str) -> None:
    once = canonical_link(url)
    assert canonical_link(once) == once


@settings(max_examples=150, deadline=None)
@given(URLS, st.sampled_from(["utm_source=rss", "fbclid=x", "gclid=1", "UTM_Medium=feed"]))
def test_tracking_never_matters(url: str, tracking: str) -> None:
    bare = url.partition("#")[0]
    joined = f"{bare}{'&' if '?' in bare else '?'}{tracking}"
    assert canonical_link(joined) == canonical_link(bare) or ";" in bare


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/story/1", "https://news.example.org/story/1"),
        ("https://other.example/1", "https://other.example/1"),
        ("//other.example/1", "https://other.example/1"),
        ("https://a.example/1\n 2", "https://a.example/12"),
        (" https://a.example/خبر/غزة 1 ", "https://a.example/خبر/غزة%201"),
        ("www.other.example/1", "https://www.other.example/1"),
        ("https://a.example/\u202e1", "https://a.example/1"),
        ("javascript:alert(1)", None),
        ("jav\tascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("http://a.example\\@b.example/", None),
        ("http://[::1", None),
        ("http://a.example:99999/", None),
        ("", None),
        (None, None),
        ("https://a.example/" + "a" * 3_000, None),
    ],
)
def test_links_are_absolute_http_or_none(link: str | None, expected: str | None) -> None:
    assert absolute_link(link, "https://news.example.org/rss") == expected


def test_the_start_page_names_no_article() -> None:
    assert is_generic(canonical_link("https://www.a.example/"))
    assert not is_generic(canonical_link("https://www.a.example/1"))
    assert not is_generic(canonical_link("https://www.a.example/?p=1"))


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.aljazeera.net/rss", "aljazeera.net"),
        ("https://feeds.a.example/x", "a.example"),
        ("https://www.okaz.com.sa/rss", "okaz.com.sa"),
        ("https://sub.arabic.rt.com/rss", "rt.com"),
        ("http://127.0.0.1:8080/rss", "127.0.0.1"),
        ("not an address", ""),
    ],
)
def test_sites_are_told_by_their_registrable_name(url: str, site: str) -> None:
    assert site_of(url) == site
