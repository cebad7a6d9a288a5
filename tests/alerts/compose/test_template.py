"""The user's own text: checked before it is used, boxed in, never the loss of an alert."""

from __future__ import annotations

import pytest

from monitor.alerts.compose.template import MAX_TEXT, check_template


@pytest.mark.parametrize(
    "source",
    [
        "{{ headline }}",
        "{% for alert in alerts %}{{ alert.sign }} {{ alert.headline }}\n{{ alert.link }}\n{% endfor %}",
        "{{ labels | join('، ') }} · {{ outlet }} · {{ time }} · {{ ago }}{% if late %} متأخر{% endif %}",
        "نص ثابت",
    ],
)
def test_good_templates_have_no_fault(source: str) -> None:
    assert check_template(source) is None


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("{{ headline", "cannot be read"),
        ("{% for x %}", "cannot be read"),
        ("{{ headlin }}", "'headlin' is undefined"),
        ("{{ headline.__class__.__mro__ }}", "fails"),
        ("{{ labels.append(1) }}", "fails"),
        ("{% for i in range(100000000) %}x{% endfor %}", "fails"),
        ("{{ 1 // 0 }}", "fails"),
        ("{{ headline | nofilter }}", "nofilter"),
        ("{% include '/etc/passwd' %}", "fails"),
        ("{{ alerts[7].headline }}", "fails"),
    ],
)
def test_bad_templates_are_told(source: str, says: str) -> None:
    fault = check_template(source)
    assert fault is not None
    assert says in fault.message
    assert "headline" in fault.hint


def test_the_line_of_a_fault_is_told() -> None:
    fault = check_template("{{ headline }}\n\n{{ x")
    assert fault is not None
    assert fault.line == 3


def test_a_template_cannot_make_a_text_without_end() -> None:
    from monitor.alerts.compose.template import _FRAME, _SAMPLE, render

    assert len(render("{{ 'ا' * 90000 }}", _SAMPLE, _FRAME)) <= MAX_TEXT
