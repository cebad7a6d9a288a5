"""Codings come off in any cut of the stream, with every step bounded."""

from __future__ import annotations

import gzip
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.decode import BodyDecoder, BodyTooLargeError, DecodeError

PACK = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}
ZEROS = b"\0" * 3_000_000


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=3000), st.lists(st.sampled_from(sorted(PACK)), max_size=3), st.integers(1, 500))
def test_any_stack_of_codings_comes_off_however_it_is_cut(data: bytes, codings: list[str], step: int) -> None:
    packed = b"<" + data
    for coding in codings:
        packed = PACK[coding](packed)
    decoder = BodyDecoder(", ".join(codings), 1_000_000)
    for place in range(0, len(packed), step):
        decoder.feed(packed[place : place + step])
    assert decoder.body() == b"<" + data
    assert decoder.complete


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["gzip", "deflate", "br", "gzip, br", ""]))
def test_any_bytes_give_a_body_or_a_known_error(data: bytes, coding: str) -> None:
    decoder = BodyDecoder(coding, 100_000)
    try:
        decoder.feed(data)
    except (DecodeError, BodyTooLargeError):
        return
    assert len(decoder.body()) <= 100_000


@pytest.mark.parametrize("coding", PACK)
def test_output_that_stays_inside_the_stream_is_fetched(coding: str) -> None:
    decoder = BodyDecoder(coding, len(ZEROS))
    decoder.feed(PACK[coding](ZEROS))
    assert len(decoder.body()) == len(ZEROS)
    assert decoder.complete


@pytest.mark.parametrize("coding", PACK)
def test_one_byte_over_the_cap_is_too_large(coding: str) -> None:
    decoder = BodyDecoder(coding, len(ZEROS) - 1)
    with pytest.raises(BodyTooLargeError):
        decoder.feed(PACK[coding](ZEROS))
    assert len(decoder.body()) <= len(ZEROS)


def test_an_inner_stage_may_not_grow_beyond_the_cap_either() -> None:
    decoder = BodyDecoder("deflate, gzip", 50_000)
    with pytest.raises(BodyTooLargeError):
        decoder.feed(gzip.compress(b"\x78\x9c" + b"\0\0\0\xff\xff" * 100_000))


def test_several_gzip_members_are_one_body_and_padding_is_ignored() -> None:
    decoder = BodyDecoder("gzip", 1000)
    decoder.feed(gzip.compress(b"<a>") + gzip.compress(b"</a>") + b"\0\0\0padding")
    assert decoder.body() == b"<a></a>"
    assert decoder.complete


@pytest.mark.parametrize("coding", PACK)
def test_a_cut_stream_is_not_complete(coding: str) -> None:
    decoder = BodyDecoder(coding, 100_000)
    decoder.feed(PACK[coding](bytes(range(256)) * 20)[:-3])
    assert not decoder.complete


@pytest.mark.parametrize("name", ["", "identity", "UTF-8", "none", " , "])
def test_words_that_mean_no_coding(name: str) -> None:
    decoder = BodyDecoder(name, 10)
    decoder.feed(b"abc")
    assert decoder.body() == b"abc"
