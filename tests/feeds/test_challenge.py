"""Pages that test for a browser are told from feeds and ordinary pages."""

from __future__ import annotations

import pytest

from monitor.feeds.challenge import challenger, looks_like_html

PAGE = b"\xef\xbb\xbf\n<!doctype HTML><html><head>"


@pytest.mark.parametrize(
    ("status", "headers", "body", "who"),
    [
        (403, {"cf-mitigated": "challenge"}, b"", "Cloudflare"),
        (403, {}, PAGE + b"<title>Just a moment...</title>", "Cloudflare"),
        (200, {}, PAGE + b"<script src='/_Incapsula_Resource?x'>", "Imperva"),
        (503, {}, PAGE + b"Checking your browser before accessing", "a browser check"),
        (403, {}, PAGE + b"<div class='h-captcha'>", "a captcha"),
        (200, {}, PAGE + b"<div class='h-captcha'>", None),
        (200, {}, b"<?xml version='1.0'?><rss><title>Just a moment</title> cf-chl", None),
        (403, {}, PAGE + b"<h1>403</h1>", None),
        # What a guard lets through bears its header or its script as well.
        (200, {"x-datadome": "protected"}, b"<?xml version='1.0'?><rss>", None),
        (404, {"x-datadome": "protected"}, PAGE, None),
        (403, {"x-datadome": "protected"}, b"{}", "DataDome"),
        (200, {}, PAGE + b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'>", None),
        (403, {}, PAGE + b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'>", "Cloudflare"),
        (200, {}, PAGE + b"<script>window._cf_chl_opt={}", "Cloudflare"),
        (200, {}, b"\n<!-- a -->\n<!-- b --><html><title>Just a moment...</title>", "Cloudflare"),
        (200, {}, b"", None),
    ],
)
def test_a_challenge_is_recognised(status: int, headers: dict[str, str], body: bytes, who: str | None) -> None:
    assert challenger(status, headers, body) == who


def test_html_is_told_by_its_start() -> None:
    assert looks_like_html(PAGE)
    assert not looks_like_html(b"<rss><html>")
