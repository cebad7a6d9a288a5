"""The sentences of the rule language."""

from __future__ import annotations

import re
from string import Formatter

from monitor.rules import messages


def test_every_sentence_stands_in_both_languages_with_the_same_blanks() -> None:
    for code, said in messages._SENTENCES.items():
        blanks = [
            {name for text in pair for _, name, _, _ in Formatter().parse(text) if name} for pair in said.values()
        ]
        assert set(said) == {"en", "ar"}, code
        assert blanks[0] == blanks[1], code
        assert re.search("[\u0621-\u064a]", said["ar"][0]), code


def test_an_error_can_be_said_again_in_arabic() -> None:
    error = messages.TermError("bad_slop", text="x", most=20)
    assert "20" in error.said("ar")[1]
    assert str(error) == "~x is no number of words; write ~ and a number from 0 to 20, such as ~2"
