"""Bytes to items, as tools/fuzz_parse.py does it for hours: here bounded, with seeds that hypothesis draws."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.fuzz_parse import lost, mutations, trouble, whole_documents

SEEDS = st.integers(0, 2**32)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_any_bytes_become_clean_items_or_a_failure(seed: int) -> None:
    assert trouble(next(mutations(random.Random(seed)))) == ""


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_no_item_of_a_whole_document_is_lost_whatever_its_fields_hold(seed: int) -> None:
    body, count = next(whole_documents(random.Random(seed)))
    assert lost(body, count) == "", body
