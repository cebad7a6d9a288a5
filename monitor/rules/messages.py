"""What the rule language says when something is wrong: one place for the sentences, in English and in Arabic.

Each message says what is wrong; its hint says what to write instead.
"""

from __future__ import annotations

from monitor.errors import RuleSyntaxError
from monitor.settings import Language

# code → language → (message, hint)
_SENTENCES: dict[str, dict[Language, tuple[str, str]]] = {
    "empty": {
        "en": ("an empty term", "write a word or a phrase, or remove the term"),
        "ar": ("مصطلح فارغ", "اكتب كلمة أو عبارة، أو احذف المصطلح"),
    },
    "no_word": {
        "en": ("no word in {text!r}, only signs", "write at least one word of letters or digits"),
        "ar": ("لا كلمة في «{text}»، بل علامات فقط", "اكتب كلمة واحدة على الأقل من حروف أو أرقام"),
    },
    "unbalanced_quote": {
        "en": ("a quote is opened but not closed", "close it, or remove it"),
        "ar": ("علامة اقتباس مفتوحة لم تُغلق", "أغلقها أو احذفها"),
    },
    "after_quote": {
        "en": ("something stands after the closing quote", "put one pair of quotes around the whole term"),
        "ar": ("بعد علامة الاقتباس المغلقة كلام زائد", "ضع علامتي اقتباس حول المصطلح كله"),
    },
    "slop_on_one_word": {
        "en": ("~N on one word: {text}", "~N counts words inside a phrase; remove it, or write a phrase"),
        "ar": ("علامة ~ على كلمة واحدة: {text}", "~ تعدّ الكلمات داخل عبارة؛ احذفها أو اكتب عبارة"),
    },
    "bad_slop": {
        "en": ("~{text} is no number of words", "write ~ and a number from 0 to {most}, such as ~2"),
        "ar": ("~{text} ليس عدد كلمات", "اكتب ~ ثم عددا من 0 إلى {most}، مثل ~2"),
    },
    "bad_pattern": {
        "en": ("/{text}/ does not compile: {detail}", "correct it; look-around and back-references do not exist here"),
        "ar": ("التعبير /{text}/ غير صحيح: {detail}", "صححه؛ لا توجد هنا إحالات خلفية ولا نظر حولي"),
    },
    "empty_pattern": {
        "en": ("/{text}/ matches the empty text, so everywhere", "make at least one letter of it required"),
        "ar": ("التعبير /{text}/ يطابق النص الفارغ، أي كل مكان", "اجعل حرفا واحدا على الأقل لازما فيه"),
    },
    "no_terms": {
        "en": ("the rule has no terms", 'give it any = ["…"], all = ["…"] or query = "…"; query = "*" is every item'),
        "ar": ("القاعدة بلا مصطلحات", 'أعطها any = ["…"] أو all = ["…"] أو query = "…"؛ أما query = "*" فكل خبر'),
    },
    "too_deep": {
        "en": ("parentheses are nested too deep", "write the query as several rules"),
        "ar": ("الأقواس متداخلة أكثر مما يجوز", "اكتب الاستعلام في قواعد عدة"),
    },
    "open_quote": {
        "en": ("a quote is opened but not closed", 'expected "; close the quote, or remove it'),
        "ar": ("علامة اقتباس مفتوحة لم تُغلق", "المتوقع علامة إغلاق؛ أغلقها أو احذفها"),
    },
    "open_parenthesis": {
        "en": ("a parenthesis is opened but not closed", "expected ); close it, or quote the word it belongs to"),
        "ar": ("قوس مفتوح لم يُغلق", "المتوقع قوس الإغلاق؛ أغلقه، أو ضع الكلمة بين علامتي اقتباس"),
    },
    "closing_parenthesis": {
        "en": ("a parenthesis is closed that was never opened", "expected AND, OR or the end; remove it, or open it"),
        "ar": ("قوس مغلق لم يُفتح", "المتوقع AND أو OR أو النهاية؛ احذفه أو افتحه"),
    },
    "empty_group": {
        "en": ("nothing stands in the parentheses", "expected a word; write one, or remove the parentheses"),
        "ar": ("لا شيء بين القوسين", "المتوقع كلمة؛ اكتبها أو احذف القوسين"),
    },
    "near_number": {
        "en": ("NEAR without its number of words", "expected a number; write it so: رفح NEAR/5 معبر"),
        "ar": ("NEAR بلا عدد كلمات", "المتوقع عدد؛ اكتب هكذا: رفح NEAR/5 معبر"),
    },
    "operator_at_end": {
        "en": ("the query ends with an operator", "expected a word after it; write one, or remove the operator"),
        "ar": ("ينتهي الاستعلام بعامل", "المتوقع بعده كلمة؛ اكتبها أو احذف العامل"),
    },
    "operator_at_start": {
        "en": ("{text} has nothing before it", 'expected a word; write one, or "{text}" in quotes for the word itself'),
        "ar": ("لا شيء قبل {text}", 'المتوقع كلمة؛ اكتبها، أو "{text}" بين علامتي اقتباس للكلمة نفسها'),
    },
    "operator_before_parenthesis": {
        "en": ("nothing stands between an operator and the parenthesis", "expected a word before )"),
        "ar": ("لا شيء بين العامل والقوس", "المتوقع كلمة قبل القوس المغلق"),
    },
    "two_operators": {
        "en": ("{text} follows another operator", "expected a word; remove one of the two, or write AND NOT"),
        "ar": ("{text} بعد عامل آخر", "المتوقع كلمة؛ احذف أحدهما، أو اكتب AND NOT"),
    },
    "missing_operator": {
        "en": ("{text!r} cannot follow what stands before it", "expected AND, OR or NEAR/5 between the two"),
        "ar": ("لا يمكن أن يأتي «{text}» بعد ما قبله", "المتوقع بينهما AND أو OR أو NEAR/5"),
    },
    "unexpected": {
        "en": ("{text!r} is not understood here", "expected {expected}"),
        "ar": ("«{text}» غير مفهوم هنا", "المتوقع {expected}"),
    },
    "one_letter": {
        "en": ("{text}: one letter matches far too much", "write a longer word"),
        "ar": ("{text}: حرف واحد يطابق أكثر مما ينبغي", "اكتب كلمة أطول"),
    },
    "two_letters": {
        "en": ("{text}: a word of two letters has many look-alikes", "add a word to make it a phrase, if you can"),
        "ar": ("{text}: كلمة من حرفين تشبه كلمات كثيرة", "أضف إليها كلمة لتصير عبارة إن أمكن"),
    },
    "only_clitic": {
        "en": ("{text} is only a prefix, no word", "write the word it belongs to"),
        "ar": ("{text} سابقة لا كلمة", "اكتب الكلمة التي تتصل بها"),
    },
    "closed_class": {
        "en": ("{text} is in almost every text", "write the word that makes it news, or a phrase with it"),
        "ar": ("{text} كلمة في كل نص تقريبا", "اكتب الكلمة التي تجعله خبرا، أو عبارة فيها هذه الكلمة"),
    },
    "mixed_scripts": {
        "en": ("{text} joins Arabic and Latin letters in one word; it is read as two", "write a space between them"),
        "ar": ("{text} تجمع حروفا عربية ولاتينية في كلمة واحدة؛ تُقرأ كلمتين", "ضع بينهما مسافة"),
    },
    "lower_case_operator": {
        "en": ("{text} in small letters is searched as a word", "write {upper} in capitals for the operator"),
        "ar": ("{text} بحروف صغيرة تُبحث ككلمة", "اكتب {upper} بحروف كبيرة ليكون عاملا"),
    },
    "no_operator": {
        "en": ("{text} is no operator", "write {upper} for the operator, or quotes around the phrase that holds it"),
        "ar": ("{text} ليست عاملا", "اكتب {upper} للعامل، أو ضع العبارة التي فيها بين علامتي اقتباس"),
    },
    "operator_in_list": {
        "en": ("{text} in a list is searched as a word", 'write it in query = "…", or in quotes for the word itself'),
        "ar": ("{text} داخل قائمة تُبحث ككلمة", 'اكتبها في query = "…"، أو بين علامتي اقتباس للكلمة نفسها'),
    },
    "no_field": {
        "en": ("{text}: is no field, so it is searched as a word", "write title: or summary:, or leave the colon out"),
        "ar": ("{text}: ليس حقلا، فيُبحث ككلمة", "اكتب title: أو summary:، أو احذف النقطتين"),
    },
    "broad_prefix": {
        "en": ("{text} matches every word that begins so", "write at least three letters before *"),
        "ar": ("{text} تطابق كل كلمة تبدأ هكذا", "اكتب ثلاثة أحرف على الأقل قبل *"),
    },
    "repeated": {
        "en": ("{text} stands twice", "remove one"),
        "ar": ("{text} مكرر", "احذف أحدهما"),
    },
    "contradiction": {
        "en": ("{text} is both wanted and refused, so the rule can never hold", "remove it from one side"),
        "ar": ("{text} مطلوب ومرفوض معا، فلن تتحقق القاعدة أبدا", "احذفه من أحد الجانبين"),
    },
    "only_refused": {
        "en": (
            "the rule only refuses words, so it matches every other item",
            'add what it wants, or query = "*" to mean that',
        ),
        "ar": ("القاعدة ترفض كلمات فقط، فتطابق كل ما عداها", 'أضف ما تطلبه، أو query = "*" إن كان هذا قصدك'),
    },
    "too_long": {
        "en": ("a term of {count} words", "a phrase that long is hardly ever repeated; keep the words that matter"),
        "ar": ("مصطلح من {count} كلمات", "عبارة بهذا الطول قلما تتكرر؛ أبق الكلمات المهمة"),
    },
    "near_fields": {
        "en": (
            "the two sides of NEAR look in different fields, so it can never be found",
            "give both one field, or AND",
        ),
        "ar": ("طرفا NEAR في حقلين مختلفين، فلن يتحقق أبدا", "اجعلهما في حقل واحد، أو اكتب AND"),
    },
}


def sentence(code: str, language: Language = "en", **values: object) -> tuple[str, str]:
    """The message and the hint for `code`, filled with `values`."""
    message, hint = _SENTENCES[code][language]
    return message.format(**values), hint.format(**values)


class TermError(RuleSyntaxError):
    """A term or query that cannot be read; can be said again in the user's language."""

    def __init__(self, code: str, *, line: int = 1, column: int = 1, **values: object) -> None:
        message, hint = sentence(code, "en", **values)
        super().__init__(message, line=line, column=column, hint=hint)
        self.code = code
        self.values = values

    def said(self, language: Language) -> tuple[str, str]:
        """Message and hint in `language`."""
        return sentence(self.code, language, **self.values)
