from __future__ import annotations

from xml.parsers.expat import ExpatError

import pytest

from monitor.feeds.elements import MAX_ELEMENTS, DoubtError, Once, address, allow, leaf, leaves, text, tree


def test_a_document_becomes_a_tree_with_expanded_names_and_stripped_texts() -> None:
    root = tree('<a xmlns:m="urn:m"><m:b c="1"> نص <![CDATA[<i>]]> </m:b><d/></a>'.encode())
    assert [(child.name, child.attributes, child.text) for child in root.children] == [
        ("urn:m b", {"c": "1"}, "نص <i>"),
        ("d", {}, ""),
    ]


def test_a_document_type_is_doubted_and_broken_markup_is_refused() -> None:
    with pytest.raises(DoubtError):
        tree(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    with pytest.raises(ExpatError):
        tree(b"<a>")


def test_a_deep_document_costs_no_stack() -> None:
    assert tree(b"<a>" * MAX_ELEMENTS + b"</a>" * MAX_ELEMENTS).name == "a"


def test_elements_without_end_are_doubted() -> None:
    with pytest.raises(DoubtError):
        tree(b"<a>" + b"<a/>" * MAX_ELEMENTS + b"</a>")


@pytest.mark.parametrize("body", ["<a b='1'/>", "<a><b/></a>"])
def test_what_was_not_asked_for_is_doubted(body: str) -> None:
    element = tree(body.encode())
    with pytest.raises(DoubtError):
        allow(leaf(element))
    allow(element, "b")


@pytest.mark.parametrize("body", ["<a><c/></a>", "<a><b c='1'/></a>", "<a><b><b/></b></a>", "<a d='1'><b/></a>"])
def test_a_container_holds_nothing_but_its_leaves(body: str) -> None:
    with pytest.raises(DoubtError):
        leaves(tree(body.encode()), {"b"})


def test_texts_that_feedparser_would_change_are_doubted() -> None:
    assert text(tree("<a>«غزة»</a>".encode())) == "«غزة»"
    for changed in ("غزة\u0092", "caf\u00e9", "Ø¹"):
        with pytest.raises(DoubtError):
            text(tree(f"<a>{changed}</a>".encode()))
    with pytest.raises(DoubtError):
        address("https:////x.example/")


def test_what_comes_twice_is_doubted() -> None:
    once = Once()
    once.see("title")
    once.see("link")
    with pytest.raises(DoubtError):
        once.see("title")
