from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.text import MAX_SUMMARY, MAX_TITLE, first_image, plain, summary_text, title_text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("<p>وصلت القافلة</p><p>إلى غزة</p>", "وصلت القافلة إلى غزة", id="paragraphs"),
        pytest.param("وصلت<br>القافلة<br/>إلى غزة", "وصلت القافلة إلى غزة", id="line breaks"),
        pytest.param("<ul><li>الخبز</li><li>الماء</li></ul>", "الخبز الماء", id="list items"),
        pytest.param("<td>غزة</td><td>رفح</td>", "غزة رفح", id="table cells"),
        pytest.param("<b>و</b>القافلة", "والقافلة", id="inline tags split no word"),
        pytest.param("غزة<img src='a.jpg'>رفح", "غزة رفح", id="a picture splits"),
        pytest.param("غزة&nbsp;&amp; رفح &#1594;", "غزة & رفح غ", id="entities"),
        pytest.param("&lt;p&gt;غزة&lt;/p&gt;&lt;p&gt;رفح&lt;/p&gt;", "غزة رفح", id="escaped once too often"),
        pytest.param("&amp;lt;p&amp;gt;غزة&amp;amp;nbsp;رفح", "غزة رفح", id="escaped twice too often"),
        pytest.param("قال &amp;quot;نعم&amp;quot;", 'قال "نعم"', id="an entity escaped twice"),
        pytest.param("<p>غزة <a href='https://a.exam", "غزة", id="cut off inside a tag"),
        pytest.param("<p>غزة</", "غزة</", id="cut off before a name"),
        pytest.param("<p>غزة</p", "غزة", id="cut off inside an end tag"),
        pytest.param("غزة<b", "غزة<b", id="a sign at the end"),
        pytest.param("5 < 6 و 7 > 3", "5 < 6 و 7 > 3", id="signs that are no tags"),
        pytest.param("AT&T وغزة", "AT&T وغزة", id="a lone ampersand"),
        pytest.param("<script>alert('x')</script>غزة<style>p{}</style>", "غزة", id="scripts and styles"),
        pytest.param("غزة<SCRIPT >x", "غزة", id="a script that never closes"),
        pytest.param("غزة<!-- سر -->رفح", "غزةرفح", id="comments"),
        pytest.param("غزة<!-- سر", "غزة", id="a comment that never closes"),
        pytest.param("<![CDATA[غزة]]>", "غزة", id="CDATA inside"),
        pytest.param("<a href=\"a>b\" title='x>y'>غزة</a>", "غزة", id="signs in attributes"),
        pytest.param("<a href=\"x'>غزة</a>", "غزة", id="quotes that do not match"),
        pytest.param("<!DOCTYPE html><html><body>غزة</body></html>", "غزة", id="a whole page"),
        pytest.param("غزة\u202eرفح\u202c\u2066!\u2069", "غزةرفح!", id="direction overrides"),
        pytest.param("غزة\x00\x07\x1b[31m", "غزة[31m", id="controls"),
        pytest.param("غزة\ud800", "غزة\ufffd", id="a lone surrogate"),
        pytest.param("غزة&#xD800;&#0;&#1114112;", "غزة\ufffd\ufffd\ufffd", id="references to nothing"),
        pytest.param("غز\u00adة\u200b", "غزة", id="soft hyphen and zero width space"),
        pytest.param("می\u200cخواهم 👨\u200d👩", "می\u200cخواهم 👨\u200d👩", id="joiners are letters"),
        pytest.param("  غزة\r\n\t رفح\u2028 \u00a0", "غزة رفح", id="white space"),
        pytest.param("Ø®Ø¨Ø± Ø¹Ø§Ø¬Ù„", "خبر عاجل", id="mojibake"),
        pytest.param("", "", id="nothing"),
        pytest.param("<p></p><br>", "", id="only tags"),
    ],
)
def test_markup_becomes_text(markup: str, expected: str) -> None:
    assert title_text(markup).value == expected
    assert summary_text(markup).value == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>دخلت القافلة صباحا.</p><p>اقرأ أيضا: أسعار الذهب</p>", "دخلت القافلة صباحا."),
        (
            "<p>دخلت القافلة صباحا.</p><p>اقرأ أيضاً</p><p>أسعار الذهب اليوم</p><p>وقال المتحدث.</p>",
            "دخلت القافلة صباحا. وقال المتحدث.",
        ),
        ("دخلت القافلة صباحا. إقرأ أيضًا: أسعار الذهب اليوم", "دخلت القافلة صباحا."),
        ("دخلت القافلة صباحا [&#8230;]", "دخلت القافلة صباحا"),
        ("دخلت القافلة صباحا [...]", "دخلت القافلة صباحا"),
        (
            "<p>دخلت القافلة.</p><p>The post <a href='x'>القافلة</a> appeared first on <a href='y'>موقع</a>.</p>",
            "دخلت القافلة.",
        ),
        ("دخلت القافلة. The post القافلة first appeared on موقع.", "دخلت القافلة."),
        ("<p>دخلت القافلة.</p><p>ظهرت المقالة القافلة أولاً على موقع الأخبار.</p>", "دخلت القافلة."),
        ("<p>دخلت القافلة.</p><div>تابعونا على تويتر وفيسبوك</div>", "دخلت القافلة."),
        ("<p>دخلت القافلة.</p><p>للاشتراك في نشرتنا اضغط هنا</p>", "دخلت القافلة."),
        ("<p>دخلت القافلة.</p><p>مواضيع ذات صلة:</p>", "دخلت القافلة."),
        ("دخلت القافلة... المزيد", "دخلت القافلة"),
    ],
)
def test_boilerplate_is_cut(markup: str, expected: str) -> None:
    assert summary_text(markup).value == expected


@pytest.mark.parametrize(
    "text",
    [
        "قال الوزير إن من يريد المزيد عليه أن ينتظر",
        "شاهد عيان: القصف أصاب المدرسة",
        "شارك آلاف في المسيرة وحمل المتظاهرون الأعلام",
        "تابع الرئيس تنفيذ الاتفاق من القاهرة",
        "ظهر الوفد في القاهرة لأول مرة منذ شهر",
        "اقرأ باسم ربك الذي خلق",
        "شارك هذا الأسبوع مئات المعلمين في الإضراب",
        "للمزيد من الضغط على الحكومة أعلن الاتحاد إضرابا",
        "حمل تطبيق الاتفاق أطرافه أعباء جديدة",
        "اقرأ أيضا: " + "وقال المتحدث إن القافلة وصلت إلى الشمال بعد ساعات من الانتظار. " * 6 + "انتهى",
    ],
)
def test_news_that_sounds_like_boilerplate_stays(text: str) -> None:
    assert summary_text(text).value == text


def test_long_fields_are_shortened_at_a_word_and_say_so() -> None:
    title, summary = title_text("غزة " * 1_000), summary_text("<p>غزة</p>" * 5_000)
    assert title.cut
    assert len(title.value) <= MAX_TITLE
    assert title.value.endswith("غزة…")
    assert summary.cut
    assert len(summary.value) <= MAX_SUMMARY
    assert not title_text("غزة").cut


def test_the_first_picture_is_found() -> None:
    assert first_image("<p><IMG alt='x' src = \"/a.jpg?w=1&amp;h=2\"></p>") == "/a.jpg?w=1&h=2"
    assert first_image("<p>غزة</p>") is None


def test_small_fields_have_a_limit() -> None:
    assert plain("<b>غزة</b> " * 100, 10) == "غزة غزة غز"


HOSTILE = {
    "open quotes": "<a " + '"' * 64_000,
    "tags never closed": '<a "' * 16_000,
    "angle brackets": "<" * 64_000,
    "scripts": "<script>" * 8_000,
    "comments": "<!--" * 16_000,
    "ampersands": "&" * 64_000,
    "half entities": "&a" * 32_000,
    "escaped ampersands": "&amp;" * 12_800,
    "boilerplate": ". اقرأ أيضا " * 6_000,
    "paragraphs of it": "<p>اقرأ أيضا" * 5_000,
    "signatures": "The post " * 7_000,
    "ظهر": "ظهر " * 16_000,
    "spaces and a hint": "." + " " * 63_000 + "المزيد",
    "dots": "..." * 21_000 + "المزيد",
    "pictures": "<img " * 12_000,
    "nesting": "<div>" * 12_000,
    "ط": "ط" * 64_000,
    "accents": "Øß" * 32_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_bounded_time(name: str) -> None:
    started = time.process_time()
    title_text(HOSTILE[name])
    summary_text(HOSTILE[name])
    first_image(HOSTILE[name])
    assert time.process_time() - started < 1.0


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.text(alphabet="<>/&;#x!-[]\"' pbrscript\n\u202eغ", max_size=120)))
def test_the_result_is_always_one_clean_line(value: str) -> None:
    for text in (title_text(value).value, summary_text(value).value):
        assert text == " ".join(text.split())
        assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text)
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        text.encode("utf-8")
