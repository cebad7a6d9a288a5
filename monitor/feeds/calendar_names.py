"""Names of months, zones and hours as feeds of the Arab world write them. Data only.

Arabic names are folded as `dates._folded` folds: no vowel marks or tatweel, one alef, ى as ي, lower case.
"""

from __future__ import annotations

_LATIN = """
1 january jan janvier janv | 2 february feb fevrier février fevr févr | 3 march mar mars | 4 april apr avril avr
| 5 may mai | 6 june jun juin | 7 july jul juillet juil | 8 august aug aout août | 9 september sep sept septembre
| 10 october oct octobre | 11 november nov novembre | 12 december dec decembre décembre déc
"""
# The Gulf and Egypt; the Levant and Iraq; Tunisia and Algeria; Morocco; spelling variants of each.
_ARABIC = """
1 يناير, كانون الثاني, كانون ثاني, كانون2, جانفي
| 2 فبراير, شباط, فيفري | 3 مارس, اذار, ادار, مارت | 4 ابريل, نيسان, افريل | 5 مايو, ايار, ماي, ماية
| 6 يونيو, حزيران, جوان, يونية, يونيه | 7 يوليو, تموز, جويلية, يوليوز, يولية, يوليه | 8 اغسطس, اب, اوت, غشت, اوغست
| 9 سبتمبر, ايلول, شتنبر | 10 اكتوبر, تشرين الاول, تشرين اول, تشرين1
| 11 نوفمبر, تشرين الثاني, تشرين ثاني, نونبر, تشرين2
| 12 ديسمبر, كانون الاول, كانون اول, دجنبر, كانون1
"""
_HIJRI = """
1 محرم, المحرم, محرم الحرام | 2 صفر | 3 ربيع الاول, ربيع اول | 4 ربيع الاخر, ربيع الثاني, ربيع ثاني
| 5 جمادي الاولي, جمادي الاول | 6 جمادي الاخرة, جمادي الثانية, جمادي الاخر | 7 رجب | 8 شعبان | 9 رمضان | 10 شوال
| 11 ذو القعدة, ذي القعدة | 12 ذو الحجة, ذي الحجة
"""


def _numbered(table: str, separator: str | None) -> dict[str, int]:
    names: dict[str, int] = {}
    for row in table.split("|"):
        number, _, rest = row.strip().partition(" ")
        for name in rest.split(separator):
            names[name.strip()] = int(number)
    return names


MONTHS = {**_numbered(_LATIN, None), **_numbered(_ARABIC, ",")}
HIJRI_MONTHS = _numbered(_HIJRI, ",")

OFFSETS = {
    # Hours east of Greenwich. Where a name has two meanings the one of the Arab world is taken: AST is Arabia, not the
    # Atlantic; GST the Gulf; IST Israel, not India or Ireland.
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet", "غرينتش", "جرينتش", "توقيت غرينتش", "توقيت جرينتش"), 0.0),
    **dict.fromkeys(("cet", "bst", "west", "wat", "met", "mez"), 1.0),
    **dict.fromkeys(("eet", "cest", "cat", "sast", "ist", "mest", "mesz"), 2.0),
    **dict.fromkeys(("eest", "ast", "ksa", "trt", "msk", "eat", "idt", "arabia", "adt", "مكة", "السعودية"), 3.0),
    "irst": 3.5,
    **dict.fromkeys(("gst", "uae", "samt", "azt"), 4.0),
    "aft": 4.5,
    "pkt": 5.0,
    "hkt": 8.0,
    "jst": 9.0,
    "est": -5.0,
    "edt": -4.0,
    "cst": -6.0,
    "cdt": -5.0,
    "mst": -7.0,
    "mdt": -6.0,
    "pst": -8.0,
    "pdt": -7.0,
}

PLACES = {
    # "بتوقيت القاهرة" and the like; these places change their clocks, so a zone and not an offset.
    "القدس": "Asia/Jerusalem",
    "القدس المحتلة": "Asia/Jerusalem",
    "فلسطين": "Asia/Gaza",
    "غزة": "Asia/Gaza",
    "مكة": "Asia/Riyadh",
    "مكة المكرمة": "Asia/Riyadh",
    "السعودية": "Asia/Riyadh",
    "الرياض": "Asia/Riyadh",
    "الدوحة": "Asia/Qatar",
    "القاهرة": "Africa/Cairo",
    "مصر": "Africa/Cairo",
    "بغداد": "Asia/Baghdad",
    "بيروت": "Asia/Beirut",
    "لبنان": "Asia/Beirut",
    "دمشق": "Asia/Damascus",
    "سوريا": "Asia/Damascus",
    "عمان": "Asia/Amman",
    "الاردن": "Asia/Amman",
    "ابوظبي": "Asia/Dubai",
    "ابو ظبي": "Asia/Dubai",
    "الامارات": "Asia/Dubai",
    "دبي": "Asia/Dubai",
    "الكويت": "Asia/Kuwait",
    "صنعاء": "Asia/Aden",
    "الخرطوم": "Africa/Khartoum",
    "طرابلس": "Africa/Tripoli",
    "تونس": "Africa/Tunis",
    "الجزائر": "Africa/Algiers",
    "الرباط": "Africa/Casablanca",
    "المغرب": "Africa/Casablanca",
}

HALVES = {
    # Which half of the day a time of twelve hours is in. "ليلا" runs over midnight, "ظهرا" begins before noon.
    "afternoon": ("pm", "p.m.", "p.m", "م", "مساء", "مساءا", "عصرا", "بعد الظهر"),
    "morning": ("am", "a.m.", "a.m", "ص", "صباحا", "فجرا", "قبل الظهر", "بعد منتصف الليل"),
    "noon": ("ظهرا",),
    "night": ("ليلا",),
}
