from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from monitor.feeds.forbidden import MAX_PROLOG, without_forbidden


@pytest.mark.parametrize(
    "broken",
    [
        "<a>نص\x00</a>",
        "<a>\x0bنص\x1f</a>",
        "<a>&#0;نص</a>",
        "<a>&#xD800;نص&#xFFFF;</a>",
        "<a>نص&#1114112;</a>",
        "\n\n<a>نص</a>",
    ],
)
def test_what_xml_forbids_no_longer_breaks_the_document(broken: str) -> None:
    assert "نص" in (ET.fromstring(without_forbidden(broken.encode())).text or "")


@pytest.mark.parametrize(
    "sound", ["<a>&#9;&#10;&#65;&#x645;&#xFFFD;&#128512;</a>", "<?xml version='1.0'?>\n<a>\tنص\r\n</a>"]
)
def test_a_sound_document_stays_as_it_is(sound: str) -> None:
    assert without_forbidden(sound.encode()) == sound.encode()


def test_a_long_prolog_is_reduced_to_declaration_and_document_type() -> None:
    prolog = '<?xml version="1.0"?>' + "<!-- حاشية -->" * MAX_PROLOG + '<!DOCTYPE rss SYSTEM "rss.dtd">'
    assert (
        without_forbidden(f"{prolog}<rss/>".encode()) == b'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "rss.dtd"><rss/>'
    )


def test_every_reference_is_replaced_if_and_only_if_xml_forbids_it() -> None:
    edges = [
        *range(0x30),
        0xD7FF,
        0xD800,
        0xDFFF,
        0xE000,
        0xFFFD,
        0xFFFE,
        0xFFFF,
        0x10000,
        0x10FFFF,
        0x110000,
        0x123456,
    ]
    for number in [*edges, 0xFFFFFF, 0x1000000, 1_114_112, 1_114_199, 1_114_200, 1_115_000, 1_199_999, 9_999_999]:
        allowed = number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD
        allowed = allowed or 0x10000 <= number <= 0x10FFFF
        for reference in (f"&#{number};", f"&#x{number:x};", f"&#X00{number:X};", f"&#0000000{number};"):
            kept = without_forbidden(f"<a>{reference}</a>".encode()) == f"<a>{reference}</a>".encode()
            assert kept == allowed, reference
