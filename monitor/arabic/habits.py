"""Spelling habits of a text that no single word shows: does its writer dot the yeh, write hamzas, put ه for ة? Pure.

A word with the article cannot carry a pronoun, so المدينه can only be المدينة; and a writer with this habit writes no ة
at all. On normal text the answer is no.
"""

from __future__ import annotations

import re

from monitor.arabic.lexicon import Lexicon

_ENDS_IN_HEH = re.compile(r"[^\W_]{3,}ه(?![^\W_])")
_ENDS_IN_TEH = re.compile(r"ة(?![^\W_])")
_CLITICS_BEFORE_ARTICLE = re.compile("[وف]?[بك]?(?:ال|لل)(?=..)")
_CLITICS_BEFORE_NOUN = re.compile("[وف]?[بكل]?(?=...)")


_FINAL_YEH = re.compile(r"ي(?![^\W_])")
_HAMZA = re.compile("[أإ]")


def dots_final_yeh(cleaned: str) -> bool:
    """Whether the writer of this text dots a final yeh anywhere; in Egyptian print none is."""
    return _FINAL_YEH.search(cleaned) is not None


def writes_hamza(cleaned: str) -> bool:
    """Whether the writer of this text puts a hamza on an alef anywhere; careless typing has none."""
    return _HAMZA.search(cleaned) is not None


def writes_heh_for_teh(folded: str, lexicon: Lexicon) -> bool:
    """Whether the writer of this folded text puts ه for ة: more words say so than there are words in ة."""
    with_teh = len(_ENDS_IN_TEH.findall(folded))
    evidence = 0
    for found in _ENDS_IN_HEH.finditer(folded):
        evidence += _can_only_be_teh(found[0], lexicon)
        if evidence > with_teh:
            return True
    return False


def _can_only_be_teh(word: str, lexicon: Lexicon) -> bool:
    article = _CLITICS_BEFORE_ARTICLE.match(word)
    if article:
        rest = word[article.end() :]
        return rest not in lexicon.attested and f"ال{rest}" not in lexicon.attested
    if word in lexicon.attested:
        return False
    as_teh = f"{word[:-1]}ة"
    clitics = _CLITICS_BEFORE_NOUN.match(word)
    return as_teh in lexicon.feminine or (clitics is not None and as_teh[clitics.end() :] in lexicon.feminine)
