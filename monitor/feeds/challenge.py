"""Tells a page that tests for a browser from a feed or an ordinary page. Pure; reads only the start of the body."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LOOK_AT = 16_384
_HEADERS = {"cf-mitigated": "Cloudflare", "x-sucuri-block": "Sucuri"}
# This one stands on what its guard lets through as well.
_WEAK_HEADERS = {"x-datadome": "DataDome"}
_REFUSALS = frozenset({401, 403, 405, 429, 503})
_MARKS = (
    (b"cf-chl", "Cloudflare"),
    (b"_cf_chl_opt", "Cloudflare"),
    (b"orchestrate/chl", "Cloudflare"),
    (b"<title>just a moment", "Cloudflare"),
    (b"<title>attention required! | cloudflare", "Cloudflare"),
    (b"_incapsula_resource", "Imperva"),
    (b"sucuri website firewall", "Sucuri"),
    (b"ddos-guard", "DDoS-Guard"),
    (b"captcha-delivery.com", "DataDome"),
    (b"/.well-known/sgcaptcha", "SiteGround"),
    (b"checking your browser", "a browser check"),
    (b"verifying you are human", "a browser check"),
    (b"please enable javascript and cookies", "a browser check"),
    (b"slowaes.decrypt", "a browser check"),
)
# Ordinary pages carry these too, in a form or for statistics: they mean something only beside a refusal.
_WEAK_MARKS = (
    (b"challenge-platform", "Cloudflare"),
    (b"g-recaptcha", "a captcha"),
    (b"h-captcha", "a captcha"),
    (b"hcaptcha.com", "a captcha"),
)
_COMMENTS = re.compile(rb"(?:<!--.{0,1000}?-->\s*){0,3}", re.DOTALL)


def looks_like_html(body: bytes) -> bool:
    """Whether a body begins as a web page does."""
    start = _COMMENTS.sub(b"", body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n"), count=1).lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script"))


def challenger(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Who stands in the way with a challenge page ("Cloudflare", "a captcha" …), or None where nobody does.

    `headers` have lower-case names.
    """
    telling = {**_HEADERS, **_WEAK_HEADERS} if status in _REFUSALS else _HEADERS
    for name, who in telling.items():
        if name in headers:
            return who
    if not looks_like_html(body):
        return None
    start = body[:_LOOK_AT].lower()
    marks = _MARKS if status == 200 else (*_MARKS, *_WEAK_MARKS)
    return next((who for mark, who in marks if mark in start), None)
