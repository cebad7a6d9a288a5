"""Stored forms: times, texts, hits."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Hit
from monitor.store.rows import hits_from_json, hits_to_json, safe, to_json, to_text, to_time

moments = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 — hypothesis wants them naive and adds the zone
    max_value=datetime(9998, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=3))]),
)
any_text = st.text(st.characters(codec=None), max_size=40)


@given(moments)
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_time_comes_back_as_it_was(moment: datetime) -> None:
    assert to_time(to_text(moment)) == moment
    assert len(to_text(moment)) == 27


@given(moments, moments)
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_text_order_is_time_order(first: datetime, second: datetime) -> None:
    assert (to_text(first) < to_text(second)) == (first < second)


def test_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_text(datetime(2026, 11, 25))  # noqa: DTZ001


@given(any_text)
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_can_be_stored_and_comes_back_safe(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    kept = safe(text)
    (back,) = connection.execute("SELECT ?", (kept,)).fetchone()
    connection.close()
    assert back == kept
    assert safe(kept) == kept
    if "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert kept == text


@given(any_text)
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
def test_json_of_any_text_can_be_stored(text: str) -> None:
    to_json([text]).encode()


def test_surrogate_pair_becomes_its_letter() -> None:
    assert safe("\ud83d\ude00") == "😀"


def test_hits_come_back_as_they_were() -> None:
    hits = (Hit(term="رفح", field="title", start=3, end=6, text="رفح", how="exact"),)
    assert hits_from_json(hits_to_json(hits)) == hits
