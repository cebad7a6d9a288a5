"""What a whole text tells of its writer."""

from __future__ import annotations

import pytest

from monitor.arabic.clean import fold
from monitor.arabic.habits import dots_final_yeh, writes_hamza, writes_heh_for_teh
from monitor.arabic.lexicon import lexicon


@pytest.mark.parametrize(
    ("text", "habit"),
    [
        ("الحكومه تعلن هدنه في المدينه", True),
        ("وصول مساعدات الى مدينه غزه", True),
        ("الحكومة تعلن هدنة في المدينة", False),
        ("حزب الله يعلن موقفه من المياه والاتجاه الجديد", False),
        ("قال وزيره إن كتابه صدر", False),
        ("", False),
    ],
)
def test_heh_for_teh_marbuta_is_noticed_and_not_imagined(text: str, habit: bool) -> None:
    assert writes_heh_for_teh(fold(text), lexicon()) is habit


def test_a_writer_who_dots_one_final_yeh_dots_them_all() -> None:
    assert dots_final_yeh("في مصر")
    assert not dots_final_yeh("فى القاهرة المصرى")


def test_a_writer_who_puts_one_hamza_puts_them_all() -> None:
    assert writes_hamza("أعلن")
    assert not writes_hamza("اعلن")
